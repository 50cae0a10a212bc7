import type { EngineChoice } from '../core/spec/parts/engine.js';
import { ProblemError } from '../core/problem.js';
import { holder } from '../run/claim.js';
import { overrideEngine } from '../run/engineOverride.js';
import type { RunFolder } from '../run/folder.js';
import { withRun } from '../run/openedRun.js';
import { readRun } from '../run/run.js';
import { clearStop } from '../run/stop.js';
import type { Launcher, RunHandle } from './launcher.js';

/**
 * Starts a trainer on a run that has been begun; it goes on from the last checkpoint.
 * @param engine what is to compute from here on; null for what did before
 * @throws ProblemError `run-finished`, `run-busy`, or what is wrong with the folder
 */
export async function resume(
  folder: RunFolder,
  { launcher, engine = null }: { launcher: Launcher; engine?: EngineChoice | null },
): Promise<RunHandle> {
  const run = await readRun(folder);
  if (run.kind === 'damaged') throw new ProblemError(run.problem);
  const place = { file: folder.path };
  if (run.state.state === 'finished') {
    throw new ProblemError({
      code: 'run-finished',
      message: `Run ${folder.id} is finished; there is nothing to resume.`,
      fix: 'To train the same again, run its experiment with --force.',
      place,
    });
  }
  const trainer = await holder(folder);
  if (trainer !== null) {
    throw new ProblemError({
      code: 'run-busy',
      message: `Run ${folder.id} is being trained already, by process ${trainer.pid} on ${trainer.host}.`,
      fix: 'Wait for it, or stop it first.',
      place,
    });
  }
  await withRun(folder, async (opened) => {
    await clearStop(opened);
    if (engine !== null) await overrideEngine(opened, engine);
  });
  return launcher.start(folder);
}
