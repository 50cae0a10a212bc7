import { noAnswer, predictions, type Answers } from '../../src/core/evaluation/evaluation.js';
import { checkLabels, logSoftLabels, type EnsembleMean } from '../../src/core/losses/softmax.js';
import type { Logits } from './rowSoftener.js';
import type { Steps } from './steps.js';

/** What one model said about a split, counted. Everything in Confusion follows from two of these. */
export interface Judged {
  readonly labels: ArrayLike<number>;
  readonly classes: number;
  /** Predicted classes, [n]; `noAnswer` where a logit is not finite. */
  readonly predicted: Int32Array;
  /** [classes, classes]: row the truth, column the prediction. Rows without a prediction are in no cell. */
  readonly counts: Int32Array;
  /** Examples of each class, answered or not, [classes]. */
  readonly support: Int32Array;
  readonly right: number;
  readonly unanswered: number;
}

/** Logits of a run, or of the teachers of an ensemble, [n, classes] each, and the truth, [n]. */
export interface ModelLogits {
  readonly members: readonly [Logits, ...Logits[]];
  readonly ensemble: EnsembleMean;
  readonly labels: Int32Array;
  readonly classes: number;
}

/**
 * Counts the answers in one pass over the logits, however many figures are then read from it.
 * @throws RangeError where the labels do not belong to the logits
 */
export function judge(answers: Answers): Judged {
  return counted({ ...answers, predicted: predictions(answers) });
}

/**
 * As `judge`, step by step, and of an ensemble.
 * @throws RangeError where the labels do not belong to the logits, or teachers of an ensemble have others
 */
export function* judgedOf(model: ModelLogits): Steps<Judged> {
  const { labels, classes } = model;
  const predicted = new Int32Array(labels.length);
  for (const { from, logits } of piecesOf(model)) {
    predicted.set(predictions({ logits, classes }), from);
    yield;
  }
  return counted({ predicted, labels, classes });
}

function counted({ predicted, labels, classes }: Omit<Answers, 'logits'> & { readonly predicted: Int32Array }): Judged {
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
  return { labels, classes, predicted, counts, support, right, unanswered };
}

/** Logits taken in at a time: about a millisecond. */
const pieceSize = 500_000;

/**
 * The logits of a model some rows at a time; of an ensemble the logarithms of its soft labels, which are logits of them.
 * @throws RangeError where there are not as many of each as there are labels
 */
export function* piecesOf({
  members,
  ensemble,
  labels,
  classes,
}: ModelLogits): Generator<{ readonly from: number; readonly logits: ArrayLike<number> }> {
  const n = labels.length;
  for (const { length } of members)
    if (length !== n * classes) throw new RangeError(`${length} logits for ${n} examples of ${classes} classes`);
  const rows = Math.max(1, Math.floor(pieceSize / classes / members.length));
  const [first, ...others] = members;
  for (let from = 0; from < n; from += rows) {
    const range = [from * classes, Math.min(n, from + rows) * classes] as const;
    const own = first.subarray(...range);
    const teachers = [own, ...others.map((each) => each.subarray(...range))];
    yield { from, logits: others.length === 0 ? own : logSoftLabels({ teachers, classes, ensemble }) };
  }
}

/** Two models on the same examples. Differences are always those of the second against the first. */
export interface Pair {
  readonly first: Judged;
  readonly second: Judged;
}

/** Why two models cannot be compared example by example, in words; null where they can. */
export function mismatch({ first, second }: Pair): string | null {
  if (first.classes !== second.classes) return `one knows ${first.classes} classes, the other ${second.classes}`;
  const [ours, theirs] = [first.labels, second.labels];
  if (ours.length !== theirs.length) return `one answered ${ours.length} examples, the other ${theirs.length}`;
  for (let example = 0; example < ours.length; example++) {
    if (ours[example] !== theirs[example]) return `example ${example} has another label in each`;
  }
  return null;
}
