import { holder } from '../run/claim.js';
import type { Entry } from '../run/log/entry.js';
import { OpenedRun } from '../run/openedRun.js';
import type { RunState } from '../run/state.js';
import { concludeCrash } from './crash.js';
import type { Follower } from './follower.js';
import type { Launcher, RunHandle } from './launcher.js';

export interface AttendOptions {
  /** Of the run, caught up to before its trainer was started. */
  readonly follower: Follower;
  readonly launcher: Launcher;
  /** Aborting stops the trainer: it saves and leaves. */
  readonly signal?: AbortSignal | undefined;
  readonly onEntry: (entry: Entry, state: RunState) => void;
}

/**
 * Follows a trainer that was just started to its end.
 * @returns how the run ended; a trainer that died without a last word leaves it `interrupted`, or `failed` where its
 * device ended it, with what is known of that as its problem; so is one whose folder was moved, replaced or deleted. Null when the trainer left because another one has the folder.
 * @throws ProblemError when it could not be stopped
 */
export async function attend(
  handle: RunHandle,
  { follower, launcher, signal, onEntry }: AttendOptions,
): Promise<RunState | null> {
  const { folder } = handle;
  const run = await OpenedRun.open(folder);
  let stopping: Promise<unknown> = Promise.resolve();
  const stop = (): void => {
    stopping = launcher.stop(folder);
    // Awaited below; until then a rejection must not count as unhandled.
    stopping.catch(() => undefined);
  };
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const before = follower.state;
    const exited = handle.exited();
    await follower.follow(exited, onEntry);
    const exit = await exited;
    await stopping;
    const { state } = follower;
    // What lies at its path now may be another run, and what this one came to lies elsewhere.
    const lost = run.lost();
    if (lost !== null) return { ...state, state: 'failed', problem: lost.problem, secondsLeft: null };
    // The last word of an earlier process is none of this one's.
    if (state !== before && isOver(state)) return state;
    if ((await holder(folder)) !== null) return null;
    const { problem, isLogged } = await concludeCrash(handle, exit);
    if (!isLogged) return { ...state, state: 'interrupted', problem, secondsLeft: null };
    await follower.catchUp();
    return follower.state;
  } finally {
    signal?.removeEventListener('abort', stop);
    await run.close();
  }
}

/** Whether a trainer has written its last entry. */
export function isOver({ state }: RunState): boolean {
  return state === 'finished' || state === 'stopped' || state === 'failed';
}
