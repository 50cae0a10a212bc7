import type { StoredLogits } from '../logitsCache.js';
import type { Judged } from '../sums/judged.js';
import type { Model } from '../sums/protocol.js';
import type { Sums } from '../sums/sums.js';
import type { Subject } from './subject.js';

/** Which answers of a subject: of which runs, to which split, at which epochs. */
export type Place = string;

/** A model that was counted, and how the worker knows its logits. */
export interface Judgement {
  readonly judged: Judged;
  readonly model: Model;
}

/** As many as stand side by side. */
const mostShown = 2;

/**
 * Judged answers, each counted once: choosing another pair does not go through the logits again. Those that were shown
 * last are at hand at once when a person comes back to the view, and their logits are held until then.
 */
export class Judgements {
  readonly #single = new WeakMap<StoredLogits, Judgement>();
  readonly #shown = new Map<Place, { readonly judgement: Judgement; readonly release: () => void }>();

  /** What was shown last from this place; null where that was something else. */
  recall(place: Place): Judgement | null {
    return this.#shown.get(place)?.judgement ?? null;
  }

  /**
   * Keeps what is shown now, and lets go of what was shown before it.
   * @param release gives its logits back
   */
  keep(place: Place, judgement: Judgement, release: () => void): void {
    this.#letGo(place);
    this.#shown.set(place, { judgement, release });
    for (const oldest of [...this.#shown.keys()]) {
      if (this.#shown.size <= mostShown) return;
      this.#letGo(oldest);
    }
  }

  /**
   * @param stored answers of the subject's runs, in their order
   * @throws ProblemError what the worker says is wrong: teachers of an ensemble that did not answer the same examples
   */
  async of(
    { ensemble }: Pick<Subject, 'ensemble'>,
    {
      stored: [first, ...others],
      sums,
      signal,
    }: {
      readonly stored: readonly [StoredLogits, ...StoredLogits[]];
      readonly sums: Pick<Sums, 'ask'>;
      readonly signal: AbortSignal;
    },
  ): Promise<Judgement> {
    const known = others.length === 0 ? this.#single.get(first) : undefined;
    if (known !== undefined) return known;
    const model: Model = { members: [first.logits, ...others.map(({ logits }) => logits)], ensemble };
    const judgement = { judged: await sums.ask('judged', model, { signal }), model };
    if (others.length === 0) this.#single.set(first, judgement);
    return judgement;
  }

  #letGo(place: Place): void {
    this.#shown.get(place)?.release();
    this.#shown.delete(place);
  }
}
