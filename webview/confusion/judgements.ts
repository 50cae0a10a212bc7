import { logSoftLabels } from '../../src/core/softmax.js';
import type { LogitsAnswer } from '../../src/panel/protocol.js';
import { judge, type Judged } from './judged.js';
import type { Subject } from './subject.js';

/** Judged answers, each counted once: choosing another pair does not go through the logits again. */
export class Judgements {
  readonly #single = new WeakMap<LogitsAnswer, Judged>();

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
