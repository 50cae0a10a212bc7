import fc from 'fast-check';
import type { Answers } from '../../../src/core/evaluation/evaluation.js';
import { judge, type Judged } from '../../../webview/sums/judged.js';

/** Logits as a network gives them, now and then one that is not finite. */
const logit = fc.oneof(
  { weight: 40, arbitrary: fc.float({ min: -20, max: 20, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
);

/** A model that was counted, with what it said. */
export interface JudgedAnswers extends Judged {
  readonly answers: Answers;
}

/** Two models on the same random examples, 2 to 6 classes. */
export const randomPair: fc.Arbitrary<{ readonly first: JudgedAnswers; readonly second: JudgedAnswers }> = fc
  .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 40 }))
  .chain(([classes, n]) => {
    const logits = fc.array(logit, { minLength: n * classes, maxLength: n * classes });
    const labels = fc.array(fc.nat({ max: classes - 1 }), { minLength: n, maxLength: n });
    return fc.tuple(logits, logits, labels).map(([first, second, truth]) => {
      const of = (values: number[]): JudgedAnswers => {
        const answers = { logits: Float32Array.from(values), labels: Int32Array.from(truth), classes };
        return { ...judge(answers), answers };
      };
      return { first: of(first), second: of(second) };
    });
  });
