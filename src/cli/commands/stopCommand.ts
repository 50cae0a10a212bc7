import { assertNever } from '../../core/problem.js';
import type { Launcher } from '../../launch/launcher.js';
import type { Output } from '../output.js';
import { findRun, followUp, type Runs } from '../runReference.js';

/** `distillery stop`: asks the trainer of a run to save and leave, makes it when it does not, and says what came of it. */
export async function stopCommand(
  { reference, runs, launcher }: { reference: string; runs: Runs; launcher: Launcher },
  output: Output,
): Promise<number> {
  const folder = await findRun(reference, runs);
  output.note(`Asking the trainer of ${folder.id} to save and leave …`);
  const outcome = await launcher.stop(folder);
  const again = `Go on with it: ${followUp('resume', folder, runs)}`;
  switch (outcome) {
    case 'not-running':
      output.result(`${folder.id} is not running.`);
      return 0;
    case 'stopped':
      output.result(`Stopped ${folder.id}; it has saved. ${again}`);
      return 0;
    case 'terminated':
    case 'killed':
      output.result(`Ended ${folder.id} by force: it did not leave when asked. Its last checkpoint stays. ${again}`);
      return 0;
    case 'asked':
      output.result(`${folder.id} runs on another machine: it was asked to stop and has not left yet.`);
      return 1;
    default:
      return assertNever(outcome);
  }
}
