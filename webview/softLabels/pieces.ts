import type { Examples } from './examples.js';
import { costOf } from '../sums/overall.js';
import type { Frames } from './temperature.js';

/** Exponentials between two looks at the clock. */
const slice = 100_000;
/** Milliseconds of a frame that a pass in pieces takes. */
const budget = 8;

/** How many rows of a split a pass takes before it looks at the clock. */
export function rowsAtOnce(examples: Examples): number {
  return Math.max(1, Math.floor(slice / (costOf(examples) / examples.n)));
}

/** Frames, and the time in milliseconds. */
export interface Clock {
  readonly frames: Frames;
  readonly now: () => number;
}

/**
 * Makes steps in the frames to come, some milliseconds in each, until one has the result.
 * @param step null until the last step
 * @param isWanted asked in each frame: where it says no, all ends without a result
 */
export function inPieces<R>(run: {
  readonly clock: Clock;
  readonly step: () => R | null;
  readonly isWanted: () => boolean;
  readonly onDone: (result: R) => void;
}): void {
  const { clock, step, isWanted, onDone } = run;
  clock.frames.request(() => {
    if (!isWanted()) return;
    const until = clock.now() + budget;
    let result: R | null;
    do result = step();
    while (result === null && clock.now() < until);
    if (result === null) inPieces(run);
    else onDone(result);
  });
}
