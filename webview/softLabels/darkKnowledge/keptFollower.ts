import type { Kept } from '../../../src/core/evaluation/keptKnowledge.js';
import type { Examples } from '../examples.js';
import { KeptPass } from '../../sums/keptPass.js';
import type { Overall } from '../../sums/overall.js';
import type { OverallFollower } from '../overallFollower.js';
import { inPieces, rowsAtOnce, type Clock } from '../pieces.js';

/** What was kept at a temperature. */
export interface KeptAt {
  readonly temperature: number;
  readonly kept: Kept;
}

/** Says what was kept of the teacher's dark knowledge, in pieces whenever the temperature has come to rest. */
export class KeptFollower {
  #newest: KeptAt | null = null;
  #of: Overall | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #end: () => void;

  /** @param examples with the baseline, whether it is shown or not */
  constructor(
    private readonly examples: Examples,
    private readonly follower: OverallFollower,
    private readonly clock: Clock,
  ) {
    this.#end = follower.subscribe(() => this.#follow());
    this.#follow();
  }

  /** The newest that is complete, perhaps of a temperature before; null at first, and without a teacher. */
  get newest(): KeptAt | null {
    return this.#newest;
  }

  /** @returns a function that ends it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    this.#end();
    this.#of = null;
    this.#listeners.clear();
  }

  #follow(): void {
    const { overall, isMoving, isBehind } = this.follower;
    const { teacher } = this.examples;
    if (overall?.teacher == null || teacher === null || isMoving || isBehind) {
      // A pass that is under way is of no use any more.
      this.#of = null;
      return;
    }
    if (overall === this.#of) return;
    this.#of = overall;
    const { temperature } = overall;
    const pass = new KeptPass({ ...this.examples, teacher }, { ...overall, teacher: overall.teacher });
    inPieces({
      clock: this.clock,
      step: () => pass.advance(rowsAtOnce(this.examples)),
      isWanted: () => this.#of === overall,
      onDone: (kept) => {
        this.#newest = { temperature, kept };
        for (const listener of [...this.#listeners]) listener();
      },
    });
  }
}
