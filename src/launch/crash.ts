import { readFile } from 'node:fs/promises';
import type { Problem } from '../core/problem.js';
import { deviceSigns } from '../machine/deviceSigns.js';
import type { RunFolder } from '../run/folder.js';
import type { Exit } from './launcher.js';

const linesShown = 5;

/** What is known of a trainer that ended without writing a last entry: how it ended, and the end of its output. */
export async function crashProblem(folder: RunFolder, { code, signal }: Exit): Promise<Problem> {
  const how = signal === null ? `with exit code ${code ?? 'unknown'}` : `by signal ${signal}`;
  const output = await readFile(folder.trainerLog, 'utf8').catch(() => '');
  const device = deviceProblem(output.slice(-20_000), how);
  if (device !== null) return { ...device, place: { file: folder.trainerLog } };
  const lines = output.trimEnd().split('\n').slice(-linesShown).join('\n');
  return {
    code: 'trainer-crashed',
    message: `The trainer ended ${how} and wrote no reason to the log.${lines === '' ? '' : ` Its last output:\n${lines}`}`,
    mend: 'Resume the run: it goes on from its last checkpoint. If it ends the same way, read trainer.log.',
    place: { file: folder.trainerLog },
  };
}

/** A driver may end the process that uses it; what it had printed before tells why. */
function deviceProblem(output: string, how: string): Problem | null {
  const elsewhere = 'resume with another engine, as `--engine onnx/cpu`';
  const need = /the train step needs .*/.exec(output)?.[0] ?? '';
  if (deviceSigns.lost.test(output)) {
    return {
      code: 'device-lost',
      message: `The graphics card was lost, and its driver ended the trainer ${how}.`,
      mend: `The last checkpoint is intact. Resume the run, or ${elsewhere}.`,
    };
  }
  if (deviceSigns.memory.test(output)) {
    return {
      code: 'out-of-memory',
      message: `The memory of the graphics card ran out, and its driver ended the trainer ${how}.${need === '' ? '' : ` Of what it had planned, ${need}.`}`,
      mend: `Use a smaller batch in the experiment (half of it takes about half), end what else uses the card, or ${elsewhere}.`,
    };
  }
  return null;
}
