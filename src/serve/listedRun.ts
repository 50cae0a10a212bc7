import type { Problem } from '../core/problem.js';
import type { Metrics } from '../run/log/entry.js';
import type { RunFolder } from '../run/folder.js';
import type { RunRecord } from '../run/record.js';
import type { RunStateName } from '../run/state.js';

/** How far a run is: what lists show of it. */
export interface RunSummary {
  readonly state: RunStateName;
  /** Epochs done, of `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** Share of its steps that is done, 0 to 1; null while nobody knows how many there will be. */
  readonly fraction: number | null;
  readonly test: Metrics | null;
  /** Whether it is finished and learned nothing: it answers no better than by always saying the largest class. */
  readonly isAtChance: boolean;
  /** On the validation set, after the same epoch as `test`; absent where there is none. */
  readonly validation?: Metrics;
  readonly seconds: number;
  readonly secondsLeft: number | null;
  readonly problem: Problem | null;
  /** What it was computed with last, as its log says: `onnx/cpu`; null before it has begun. */
  readonly engine: string | null;
  /** Time of the last entry of the log, in milliseconds since 1970. */
  readonly lastTime: number | null;
}

export interface WholeRun {
  readonly kind: 'run';
  readonly folder: RunFolder;
  readonly record: RunRecord;
  /** Where the file of its experiment lies now, which may not be where it was; null where it cannot be found. */
  readonly experimentFile: string | null;
  readonly summary: RunSummary;
}

/** A run as lists know it, or a folder that cannot be read. */
export type ListedRun = WholeRun | { readonly kind: 'damaged'; readonly folder: RunFolder; readonly problem: Problem };
