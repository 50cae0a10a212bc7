import { readFile } from 'node:fs/promises';
import type { Problem } from '../core/problem.js';
import type { RunFolder } from '../run/folder.js';
import type { Exit } from './launcher.js';

const linesShown = 5;

/** What is known of a trainer that ended without writing a last entry: how it ended, and the end of its output. */
export async function crashProblem(folder: RunFolder, { code, signal }: Exit): Promise<Problem> {
  const how = signal === null ? `with exit code ${code ?? 'unknown'}` : `by signal ${signal}`;
  const output = await readFile(folder.trainerLog, 'utf8').catch(() => '');
  const lines = output.trimEnd().split('\n').slice(-linesShown).join('\n');
  return {
    code: 'trainer-crashed',
    message: `The trainer ended ${how} and wrote no reason to the log.${lines === '' ? '' : ` Its last output:\n${lines}`}`,
    mend: 'Resume the run: it goes on from its last checkpoint. If it ends the same way, read trainer.log.',
    place: { file: folder.trainerLog },
  };
}
