import { noAnswer, predictions, type Answers } from '../../src/core/evaluation/evaluation.js';
import { checkLabels } from '../../src/core/losses/softmax.js';

/** What one model said about a split, counted. Everything in the view follows from two of these. */
export interface Judged {
  readonly answers: Answers;
  readonly classes: number;
  /** Predicted classes, [n]; `noAnswer` where a logit is not finite. */
  readonly predicted: Int32Array;
  /** [classes, classes]: row the truth, column the prediction. Rows without an answer are in no cell. */
  readonly counts: Int32Array;
  /** Examples of each class, answered or not, [classes]. */
  readonly support: Int32Array;
  readonly right: number;
  readonly unanswered: number;
}

/**
 * Counts the answers in one pass over the logits, however many figures are then read from it.
 * @throws RangeError where the labels do not belong to the logits
 */
export function judge(answers: Answers): Judged {
  const { labels, classes } = answers;
  const predicted = predictions(answers);
  checkLabels({ labels, n: predicted.length, classes });
  const counts = new Int32Array(classes * classes);
  const support = new Int32Array(classes);
  let right = 0;
  let unanswered = 0;
  for (let example = 0; example < predicted.length; example++) {
    const truth = labels[example] ?? 0;
    const answer = predicted[example] ?? noAnswer;
    support[truth] = (support[truth] ?? 0) + 1;
    if (answer === noAnswer) {
      unanswered++;
      continue;
    }
    const cell = truth * classes + answer;
    counts[cell] = (counts[cell] ?? 0) + 1;
    if (answer === truth) right++;
  }
  return { answers, classes, predicted, counts, support, right, unanswered };
}

/** Two models on the same examples. Differences are always those of the second against the first. */
export interface Pair {
  readonly first: Judged;
  readonly second: Judged;
}

/** Why two models cannot be compared example by example, in words; null where they can. */
export function mismatch({ first, second }: Pair): string | null {
  if (first.classes !== second.classes) return `one knows ${first.classes} classes, the other ${second.classes}`;
  const [ours, theirs] = [first.answers.labels, second.answers.labels];
  if (ours.length !== theirs.length) return `one answered ${ours.length} examples, the other ${theirs.length}`;
  for (let example = 0; example < ours.length; example++) {
    if (ours[example] !== theirs[example]) return `example ${example} has another label in each`;
  }
  return null;
}
