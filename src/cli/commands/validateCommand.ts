import { planWords, readExperiment } from '../experimentSource.js';
import type { Output } from '../output.js';

/** `distillery validate`: every problem of an experiment file, or the runs that it asks for. */
export async function validateCommand(source: { name: string; current: string }, output: Output): Promise<number> {
  const read = await readExperiment(source, output);
  if (read === null) return 2;
  output.result(`ok: ${read.experiment.name}: ${planWords(read.plan)}`);
  return 0;
}
