import type { Checker } from '../../launch/checkRuns.js';
import { noteProblems, planWords, readExperiment } from '../experimentSource.js';
import type { Output } from '../output.js';
import type { Runs } from '../runReference.js';

export interface ValidateRequest {
  /** The experiment file, as it was typed. */
  readonly name: string;
  readonly runs: Runs;
  readonly json: boolean;
  readonly checker: Checker;
}

/** `distillery validate`: every problem of an experiment and of what it names, or the runs that it asks for. */
export async function validateCommand({ name, runs, json, checker }: ValidateRequest, output: Output): Promise<number> {
  const { current, runsDir } = runs;
  const source = await readExperiment(
    { name, current, runsDir, only: [], engine: null, reuse: false, checker },
    output,
  );
  const { sound, problems, warnings, looked } = source;
  if (json) {
    const planned = sound?.plan.map(({ key, spec }) => ({ key, role: spec.role })) ?? [];
    output.result(JSON.stringify({ ok: sound !== null, runs: planned, problems, warnings, looked }, null, 2));
  } else {
    noteProblems(source, { name, output });
    if (sound !== null) output.result(`ok: ${sound.experiment.name}: ${planWords(sound.plan)}`);
    if (sound !== null) for (const each of looked) output.result(`looked at: ${each}`);
  }
  return sound === null ? 2 : 0;
}
