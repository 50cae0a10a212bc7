import { resolve } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { exportFormats, exportRun } from '../../launch/exportRun.js';
import { exportEvents } from '../../run/tensorboard/exportEvents.js';
import type { Output } from '../output.js';
import { readNamedRun, type Runs } from '../runReference.js';

export interface ExportRequest {
  readonly references: readonly string[];
  readonly runs: Runs;
  /** As typed; null where nothing was. */
  readonly format: string | null;
  readonly out: string | null;
  readonly batch: string | null;
  readonly exporterScript: string;
}

const formats = [...exportFormats, 'tensorboard'] as const;

/**
 * `distillery export`: writes what runs have learned, or measured, for others to use.
 * @throws ProblemError `usage` for an unknown format, no file, or several networks; what is wrong with a run or the file
 */
export async function exportCommand(request: ExportRequest, output: Output): Promise<number> {
  const { references, runs, exporterScript } = request;
  const format = formats.find((each) => each === request.format);
  if (format === undefined) {
    const found = request.format === null ? 'No format was given' : `\`${request.format}\` is no format`;
    throw usage(`${found}.`, `Write --format ${formats.join(' or --format ')}.`);
  }
  if (request.out === null)
    throw usage('Nothing to write to was given.', 'Write --out FILE, or a folder for tensorboard.');
  const batchSize = Number(request.batch ?? 1);
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw usage(`\`${request.batch ?? ''}\` is no batch size.`, 'Write a whole number above 0 after --batch.');
  }
  const out = resolve(runs.current, request.out);
  if (format !== 'tensorboard' && references.length > 1) {
    throw usage(
      'One file holds one network, but several runs were named.',
      'Name one run, and export the others by themselves.',
    );
  }
  for (const reference of references) {
    const { folder } = await readNamedRun(reference, runs);
    if (format === 'tensorboard') output.note(`Wrote ${await exportEvents(folder, out)}.`);
    else {
      await exportRun(folder, { file: out, format, batchSize, exporterScript });
      output.note(`Wrote ${out}.`);
    }
  }
  if (format === 'tensorboard') output.note(`Look at them: tensorboard --logdir ${out}`);
  return 0;
}

const usage = (message: string, fix: string): ProblemError => new ProblemError({ code: 'usage', message, fix });
