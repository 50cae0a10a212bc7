import type { EngineChoice } from '../../core/spec/parts/engine.js';
import { ProblemError } from '../../core/problem.js';
import { attend } from '../../launch/attend.js';
import { Follower } from '../../launch/follower.js';
import type { Launcher } from '../../launch/launcher.js';
import type { PlacedRun } from '../../launch/queueEvent.js';
import { resume } from '../../launch/resume.js';
import { holder } from '../../run/claim.js';
import { count } from '../../core/words.js';
import type { Entry } from '../../run/log/entry.js';
import type { RunFolder } from '../../run/folder.js';
import { takePrevious } from '../../run/checkpoint/generations.js';
import type { RunState } from '../../run/state.js';
import type { Output } from '../output.js';
import { followUp, readNamedRun, type Runs } from '../runReference.js';
import { createRunView, stepWords, type RunView } from '../runView.js';
import { Stopper } from '../stopper.js';

/**
 * `distillery resume`: goes on with a run and shows how it goes, as `run` does.
 * @param previous whether to put a damaged checkpoint aside and go on from the one before
 * @throws ProblemError when the run is being trained already, or could not be begun
 */
export async function resumeCommand(
  {
    reference,
    runs,
    json,
    launcher,
    engine,
    previous,
  }: {
    reference: string;
    runs: Runs;
    json: boolean;
    launcher: Launcher;
    engine: EngineChoice | null;
    previous: boolean;
  },
  output: Output,
): Promise<number> {
  const { folder, record, state } = await readNamedRun(reference, runs);
  if (state.state === 'finished') {
    output.note(`${folder.id} is finished: there is nothing to resume.`);
    return 0;
  }
  if (previous) {
    const step = await takePrevious(folder);
    output.note(
      `The damaged checkpoint was put aside; ${folder.id} goes on from the one before, of step ${count(step)}.`,
    );
  }
  const run = { key: folder.id, spec: record.spec, specHash: record.specHash, teachers: [], baseline: null };
  const view = createRunView({ json }, output);
  const stopper = new Stopper({ launcher, view });
  let after: RunState;
  try {
    after = await train({ run, folder, record, state }, { launcher, view, stopper, engine });
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
  {
    launcher,
    view,
    stopper,
    engine,
  }: { launcher: Launcher; view: RunView; stopper: Stopper; engine: EngineChoice | null },
): Promise<RunState> {
  const { folder, record } = placed;
  const follower = new Follower(folder, record);
  await follower.catchUp();
  const handle = await resume(folder, { launcher, engine });
  stopper.begun(folder);
  view.show({ kind: 'resumed', ...placed, state: follower.state });
  const { signal } = stopper;
  const onEntry = (entry: Entry, state: RunState): void => view.show({ kind: 'entry', ...placed, entry, state });
  const state = await attend(handle, { follower, launcher, signal, onEntry });
  stopper.ended(folder);
  if (state === null) throw await busyElsewhere(folder);
  view.show({ kind: 'ended', ...placed, state });
  return state;
}

/** Two people resumed it at the same moment, and the other trainer was first. */
async function busyElsewhere(folder: RunFolder): Promise<ProblemError> {
  const trainer = await holder(folder);
  return new ProblemError({
    code: 'run-busy',
    message: `Run ${folder.id} is being trained by another process${trainer === null ? '' : `, ${trainer.pid} on ${trainer.host}`}.`,
    fix: 'Wait for it, or stop it first.',
    place: { file: folder.path },
  });
}
