import { crashProblem } from '../launch/crash.js';
import { Follower } from '../launch/follower.js';
import type { Launcher } from '../launch/launcher.js';
import type { PlacedRun } from '../launch/queueEvent.js';
import { resume } from '../launch/resume.js';
import type { RunState } from '../run/state.js';
import type { Output } from './output.js';
import { followUp, readNamedRun, type Runs } from './runReference.js';
import { createRunView, stepWords, type RunView } from './runView.js';
import { Stopper } from './stopper.js';

/**
 * `distillery resume`: goes on with a run and shows how it goes, as `run` does.
 * @throws ProblemError when the run is being trained already, or could not be begun
 */
export async function resumeCommand(
  { reference, runs, json, launcher }: { reference: string; runs: Runs; json: boolean; launcher: Launcher },
  output: Output,
): Promise<number> {
  const { folder, record, state } = await readNamedRun(reference, runs);
  if (state.state === 'finished') {
    output.note(`${folder.id} is finished: there is nothing to resume.`);
    return 0;
  }
  const run = { key: folder.id, spec: record.spec, specHash: record.specHash, teachers: [], baseline: null };
  const view = createRunView({ json }, output);
  const stopper = new Stopper({ launcher, view });
  let after: RunState;
  try {
    after = await train({ run, folder, record, state }, { launcher, view, stopper });
  } finally {
    view.close();
    stopper.dispose();
  }
  if (after.state === 'finished') {
    if (!json) output.note(`Look closer: ${followUp('show', folder, runs)}`);
    return 0;
  }
  if (after.state === 'stopped') {
    output.note(`Stopped at step ${stepWords(after)}. Resume with: ${followUp('resume', folder, runs)}`);
  }
  return 1;
}

/** Starts the trainer, follows it to its end, and lets Ctrl-C stop it. */
async function train(
  placed: PlacedRun,
  { launcher, view, stopper }: { launcher: Launcher; view: RunView; stopper: Stopper },
): Promise<RunState> {
  const { folder, record } = placed;
  const follower = new Follower(folder, record);
  await follower.catchUp();
  const handle = await resume(folder, { launcher });
  stopper.begun(folder);
  view.show({ kind: 'resumed', ...placed, state: follower.state });
  let stopping: Promise<unknown> = Promise.resolve();
  const stop = (): void => {
    stopping = launcher.stop(folder);
    // Awaited below; until then a rejection must not count as unhandled.
    stopping.catch(() => undefined);
  };
  if (stopper.signal.aborted) stop();
  stopper.signal.addEventListener('abort', stop, { once: true });
  const before = follower.state;
  await follower.follow(handle.exited(), (entry, state) => {
    view.show({ kind: 'entry', ...placed, entry, state });
  });
  await stopping;
  stopper.ended(folder);
  const over = follower.state !== before && ['finished', 'stopped', 'failed'].includes(follower.state.state);
  const state: RunState = over
    ? follower.state
    : { ...follower.state, state: 'interrupted', problem: await crashProblem(folder, await handle.exited()) };
  view.show({ kind: 'ended', ...placed, state });
  return state;
}
