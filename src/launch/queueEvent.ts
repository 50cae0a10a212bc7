import type { PlannedRun } from '../core/spec/plan.js';
import type { Problem } from '../core/problem.js';
import type { Entry } from '../run/log/entry.js';
import type { RunFolder } from '../run/folder.js';
import type { RunRecord } from '../run/record.js';
import type { RunState } from '../run/state.js';
import type { Continuation } from './continuation.js';

/** A planned run that has a run folder. */
export interface PlacedRun {
  readonly run: PlannedRun;
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly state: RunState;
}

/**
 * What came of a planned run. `reused`: it had been finished before. `ended`: it was trained, and `state` says how
 * that ended. `skipped`: it was not begun, and why.
 */
export type RunOutcome =
  | ({ readonly kind: 'reused' | 'ended' } & PlacedRun)
  | { readonly kind: 'skipped'; readonly run: PlannedRun; readonly reason: Problem };

/**
 * What a queue tells while it works. `queued` comes first, for every run. Then either an outcome alone, or `started`,
 * `resumed` (it had been begun before, or goes on from a run of another length) or `joined` (another queue's trainer is at it), the log's new entries with the
 * state after each, and `ended`.
 */
export type QueueEvent =
  | { readonly kind: 'queued'; readonly run: PlannedRun }
  | ({ readonly kind: 'started'; readonly instead: Extract<Continuation, { kind: 'anew' }> | null } & PlacedRun)
  | ({ readonly kind: 'resumed' | 'joined' } & PlacedRun)
  | ({ readonly kind: 'entry'; readonly entry: Entry } & PlacedRun)
  | RunOutcome;
