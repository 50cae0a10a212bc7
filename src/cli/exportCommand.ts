import { resolve } from 'node:path';
import { ProblemError } from '../core/problem.js';
import { exportFormats, exportRun } from '../launch/exportRun.js';
import type { Output } from './output.js';
import { readNamedRun, type Runs } from './runReference.js';

export interface ExportRequest {
  readonly reference: string;
  readonly runs: Runs;
  /** As typed; null where nothing was. */
  readonly format: string | null;
  readonly out: string | null;
  readonly batch: string | null;
  readonly exporterScript: string;
}

/**
 * `distillery export`: writes what a run has learned for others to use.
 * @throws ProblemError `usage` for an unknown format or no file; what is wrong with the run or the file
 */
export async function exportCommand(request: ExportRequest, output: Output): Promise<number> {
  const { reference, runs, exporterScript } = request;
  const format = exportFormats.find((each) => each === request.format);
  if (format === undefined) {
    const found = request.format === null ? 'No format was given' : `\`${request.format}\` is no format`;
    throw usage(`${found}.`, `Write --format ${exportFormats.join(' or --format ')}.`);
  }
  if (request.out === null) throw usage('No file to write to was given.', 'Write --out FILE.');
  const batchSize = Number(request.batch ?? 1);
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw usage(`\`${request.batch ?? ''}\` is no batch size.`, 'Write a whole number above 0 after --batch.');
  }
  const { folder } = await readNamedRun(reference, runs);
  const file = resolve(runs.current, request.out);
  await exportRun(folder, { file, format, batchSize, exporterScript });
  output.note(`Wrote ${file}.`);
  return 0;
}

const usage = (message: string, mend: string): ProblemError => new ProblemError({ code: 'usage', message, mend });
