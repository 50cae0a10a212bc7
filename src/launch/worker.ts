import type { EngineChoice } from '../core/spec/parts/engine.js';
import type { PlannedRun } from '../core/spec/plan.js';
import { holder } from '../run/claim.js';
import type { Entry } from '../run/log/entry.js';
import { overrideEngine } from '../run/engineOverride.js';
import type { OpenedFolder } from '../node/files/openedFolder.js';
import { relativePlace } from '../node/files/relativePlace.js';
import type { RunFolder } from '../run/folder.js';
import { acquire, type Lock } from '../node/locks/lock.js';
import { withRun } from '../run/openedRun.js';
import type { RunRecord } from '../run/record.js';
import { processGone, readRun } from '../run/run.js';
import { createRun } from '../run/runsFolder.js';
import type { RunState } from '../run/state.js';
import { clearStop } from '../run/stop.js';
import { attend, isOver } from './attend.js';
import type { CardPool } from './cardPool.js';
import { findContinuation, type Continuation } from './continuation.js';
import { copyBeginning } from './continueRun.js';
import { Follower } from './follower.js';
import type { Launcher, RunHandle } from './launcher.js';
import { findPastRuns } from './pastRuns.js';
import { cancelledProblem, type RunWorker } from './queue.js';
import type { PlacedRun, QueueEvent, RunOutcome } from './queueEvent.js';

export interface LaunchingWorkerOptions {
  /** The runs folder, which stays open as long as this works. */
  readonly runs: OpenedFolder;
  readonly launcher: Launcher;
  /** What goes into the record of a new run beside its spec. */
  readonly origin: Pick<RunRecord, 'experiment' | 'git' | 'versions' | 'execution'>;
  /** Train anew what is finished or begun. */
  readonly force?: boolean;
  /** What is to compute also in runs that were begun with something else. */
  readonly engine?: EngineChoice | null;
  /** Cards of which each trainer gets its own. */
  readonly cards?: CardPool;
  readonly signal?: AbortSignal;
  readonly onEvent: (event: QueueEvent) => void;
}

type Related = Parameters<RunWorker['work']>[1];
type Begun =
  | { readonly kind: 'reused'; readonly placed: PlacedRun }
  | { readonly kind: 'joined'; readonly placed: PlacedRun }
  | { readonly kind: 'launched'; readonly placed: PlacedRun; readonly handle: RunHandle; readonly follower: Follower }
  | { readonly kind: 'cancelled' };

const pollMs = 100;

/**
 * Gives each planned run its folder and its trainer: reuses a finished run with the same spec hash, joins a trainer
 * that is at it already, resumes what was begun, goes on from a run of another length, or begins. Several of these, in several processes, may share a runs
 * folder: no spec is ever trained by two of them at once.
 */
export class LaunchingWorker implements RunWorker {
  readonly #options: LaunchingWorkerOptions;

  constructor(options: LaunchingWorkerOptions) {
    this.#options = options;
  }

  async work(run: PlannedRun, related: Related, onPlaced: (folder: RunFolder) => void): Promise<RunOutcome> {
    const { cards } = this.#options;
    const card = cards?.take() ?? null;
    try {
      return await this.#workOn(run, related, { card, onPlaced });
    } finally {
      cards?.giveBack(card);
    }
  }

  async #workOn(
    run: PlannedRun,
    related: Related,
    { card, onPlaced }: { card: number | null; onPlaced: (folder: RunFolder) => void },
  ): Promise<RunOutcome> {
    for (;;) {
      const begun = await this.#begin(run, related, card);
      if (begun.kind === 'cancelled') return { kind: 'skipped', run, reason: cancelledProblem };
      onPlaced(begun.placed.folder);
      if (begun.kind === 'reused') return { kind: 'reused', ...begun.placed };
      const { placed } = begun;
      const state =
        begun.kind === 'joined'
          ? await this.#join(placed)
          : await attend(begun.handle, {
              follower: begun.follower,
              launcher: this.#options.launcher,
              signal: this.#options.signal,
              onEntry: (entry, after) => this.#tell(placed, entry, after),
            });
      if (state !== null) return { kind: 'ended', ...begun.placed, state };
      if (this.#aborted) return { kind: 'skipped', run, reason: cancelledProblem };
    }
  }

  get #aborted(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  /** Looks and begins while nobody else does so for the same spec, until the trainer shows that it has the folder. */
  async #begin(run: PlannedRun, related: Related, card: number | null): Promise<Begun> {
    const { runs, force = false, launcher, engine = null, onEvent } = this.#options;
    runs.mustStand();
    const lock = await this.#lockSpec(run.specHash);
    if (lock === null) return { kind: 'cancelled' };
    try {
      const past = await findPastRuns(runs.path, run);
      const finished = force ? undefined : past.find(({ use }) => use === 'finished');
      if (finished !== undefined) return { kind: 'reused', placed: { run, ...placeOf(finished) } };
      const living = past.find(({ use }) => use === 'living');
      if (living !== undefined) return { kind: 'joined', placed: { run, ...placeOf(living) } };

      const resumable = force ? undefined : past.find(({ use }) => use === 'resumable');
      const other = force || resumable !== undefined ? null : await findContinuation(runs.path, run);
      const { folder, record } = resumable ?? (await this.#create(this.#draft(run, related), other));
      const follower = new Follower(folder, record);
      await follower.catchUp();
      const isCancelled = await withRun(folder, async (opened) => {
        await clearStop(opened);
        if (this.#aborted) return true;
        if (engine !== null && resumable !== undefined) await overrideEngine(opened, engine);
        return false;
      });
      if (isCancelled) return { kind: 'cancelled' };
      const handle = await launcher.start(folder, { card });
      const placed = { run, folder, record, state: follower.state };
      const isNew = placed.state.state === 'waiting';
      const instead = other?.kind === 'anew' ? other : null;
      onEvent(isNew ? { kind: 'started', instead, ...placed } : { kind: 'resumed', ...placed });
      await claimedOrGone(handle);
      return { kind: 'launched', placed, handle, follower };
    } finally {
      lock.release();
    }
  }

  /** Null when the queue is told to end while another one is at the same spec. */
  async #lockSpec(specHash: string): Promise<Lock | null> {
    const { runs } = this.#options;
    while (!this.#aborted) {
      const { lock } = await acquire({ folder: runs, name: `.spec-${specHash.slice(0, 16)}` });
      if (lock !== null) return lock;
      await sleep(pollMs);
    }
    return null;
  }

  /** A new run, with the beginning of another one that is the same training so far. */
  #create(draft: Omit<RunRecord, 'id'>, other: Continuation | null): ReturnType<typeof createRun> {
    const { runs } = this.#options;
    if (other?.kind !== 'goesOn') return createRun(runs, draft);
    return createRun(runs, draft, async (to) => ({ continuedFrom: await copyBeginning(other.origin, to) }));
  }

  #draft({ spec, specHash }: PlannedRun, { teachers, baseline }: Related): Omit<RunRecord, 'id'> {
    const { runs, origin } = this.#options;
    const { experiment } = origin;
    const { file } = experiment;
    return {
      version: 1,
      spec,
      specHash,
      ...origin,
      experiment: { ...experiment, ...(file === null ? {} : { relative: relativePlace(runs.path, file) }) },
      teachers: teachers.map(({ id }) => id),
      baseline: baseline?.id ?? null,
      created: new Date().toISOString(),
    };
  }

  /**
   * Follows a trainer that someone else has started. It is not ours to stop.
   * @returns null when it was interrupted, or when the queue is told to end
   */
  async #join(placed: PlacedRun): Promise<RunState | null> {
    const { folder, record } = placed;
    const follower = new Follower(folder, record);
    await follower.catchUp();
    this.#options.onEvent({ kind: 'joined', ...placed, state: follower.state });
    const ended = async (): Promise<void> => {
      while (!this.#aborted && (await isLiving(folder, follower.state))) await sleep(pollMs);
    };
    await follower.follow(ended(), (entry, state) => this.#tell(placed, entry, state));
    const after = await readRun(folder);
    return after.kind === 'run' && isOver(after.state) && !(await isLiving(folder, after.state)) ? after.state : null;
  }

  #tell(placed: PlacedRun, entry: Entry, state: RunState): void {
    this.#options.onEvent({ kind: 'entry', ...placed, entry, state });
  }
}

function placeOf({ folder, record, state }: Omit<PlacedRun, 'run'>): Omit<PlacedRun, 'run'> {
  return { folder, record, state };
}

async function isLiving(folder: RunFolder, state: RunState): Promise<boolean> {
  if ((await holder(folder)) !== null) return true;
  return state.state === 'running' && !(await processGone(folder, state));
}

async function claimedOrGone(handle: RunHandle): Promise<void> {
  const gone = handle.exited().then(() => true);
  while ((await holder(handle.folder)) === null) {
    if (await Promise.race([gone, sleep(pollMs / 2).then(() => false)])) return;
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
