import { logSoftLabels } from '../../src/core/losses/softmax.js';
import type { LogitsAnswer } from '../../src/panel/protocol.js';
import { judge, type Judged } from '../sums/judged.js';
import type { Subject } from './subject.js';

/** Which answers of a subject: of which runs, to which split, at which epochs. */
export type Place = string;

/** As many as stand side by side. */
const mostShown = 2;

/**
 * Judged answers, each counted once: choosing another pair does not go through the logits again. Those that were shown
 * last are at hand at once when a person comes back to the view.
 */
export class Judgements {
  readonly #single = new WeakMap<LogitsAnswer, Judged>();
  readonly #shown = new Map<Place, Judged>();

  /** What was shown last from this place; null where that was something else. */
  recall(place: Place): Judged | null {
    return this.#shown.get(place) ?? null;
  }

  /** Keeps what is shown now, and lets go of what was shown before it. */
  keep(place: Place, judged: Judged): void {
    this.#shown.delete(place);
    this.#shown.set(place, judged);
    for (const oldest of this.#shown.keys()) {
      if (this.#shown.size <= mostShown) return;
      this.#shown.delete(oldest);
    }
  }

  /**
   * @param answers of the subject's runs, in their order
   * @throws RangeError where teachers of an ensemble did not answer the same examples
   */
  of({ ensemble }: Pick<Subject, 'ensemble'>, answers: readonly [LogitsAnswer, ...LogitsAnswer[]]): Judged {
    const [first, ...others] = answers;
    if (others.length === 0) return this.#judgeOne(first);
    const { labels, classes } = first;
    const teachers = answers.map(({ logits }) => logits);
    return judge({ logits: logSoftLabels({ teachers, classes, ensemble }), labels, classes });
  }

  #judgeOne(answer: LogitsAnswer): Judged {
    const known = this.#single.get(answer);
    if (known !== undefined) return known;
    const judged = judge(answer);
    this.#single.set(answer, judged);
    return judged;
  }
}
