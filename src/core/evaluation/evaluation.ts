import { checkLabels, logSoftmax, rowCount, type Rows, softmax } from '../losses/softmax.js';

/** What a model said, [n, classes], and the truth, [n]. */
export interface Answers extends Rows {
  readonly labels: ArrayLike<number>;
}

/** The prediction for a row with a logit that is no finite number: always wrong, and in no column of a matrix. */
export const noAnswer = -1;

/** The most likely class of each row, [n]; of equal logits the first; `noAnswer` where a logit is not finite. */
export function predictions({ logits, classes }: Rows): Int32Array {
  const result = new Int32Array(rowCount({ logits, classes }));
  for (let row = 0; row < result.length; row++) {
    const start = row * classes;
    let best = start;
    let largest = logits[start] ?? NaN;
    // Products with 0 are 0 for finite numbers and NaN for all others. Two sums, as each addition waits for the one before.
    let even = largest * 0;
    let odd = 0;
    let i = start + 1;
    for (; i + 1 < start + classes; i += 2) {
      const logit = logits[i] ?? NaN;
      const next = logits[i + 1] ?? NaN;
      odd += logit * 0;
      even += next * 0;
      if (logit > largest) {
        largest = logit;
        best = i;
      }
      if (next > largest) {
        largest = next;
        best = i + 1;
      }
    }
    if (i < start + classes) {
      const logit = logits[i] ?? NaN;
      odd += logit * 0;
      if (logit > largest) best = i;
    }
    result[row] = even + odd === 0 ? best - start : noAnswer;
  }
  return result;
}

function checked(answers: Answers): { predicted: Int32Array; labels: ArrayLike<number>; classes: number } {
  const { labels, classes } = answers;
  checkLabels({ labels, n: rowCount(answers), classes });
  return { predicted: predictions(answers), labels, classes };
}

/** Which rows are predicted right, 1, and which wrong, 0, [n]. */
export function rightAnswers(answers: Answers): Uint8Array {
  const { predicted, labels } = checked(answers);
  const right = new Uint8Array(predicted.length);
  for (let row = 0; row < right.length; row++) right[row] = predicted[row] === labels[row] ? 1 : 0;
  return right;
}

/** How many rows are predicted wrong. */
export function errors(answers: Answers): number {
  const { predicted, labels } = checked(answers);
  let wrong = 0;
  for (let row = 0; row < predicted.length; row++) if (predicted[row] !== labels[row]) wrong++;
  return wrong;
}

/** Share of rows predicted right. */
export function accuracy(answers: Answers): number {
  return 1 - errors(answers) / answers.labels.length;
}

/**
 * The mean over the classes that occur of the share of their rows that is predicted right: `balanced_accuracy_score` of
 * scikit-learn, without its adjustment. Who always answers one of k classes has 1/k, however often that class occurs.
 */
export function balancedAccuracy(answers: Answers): number {
  return meanRecall(perClass(answers));
}

/** The mean over the classes that occur of their recall: balanced accuracy, from scores that are known already. */
export function meanRecall(scores: readonly ClassScores[]): number {
  const recalls = scores.flatMap(({ recall }) => (recall === null ? [] : [recall]));
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
}

/** Counts [classes, classes]: row the truth, column the prediction. Rows without an answer are not counted. */
export function confusion(answers: Answers): Int32Array {
  const { predicted, labels, classes } = checked(answers);
  const counts = new Int32Array(classes * classes);
  for (let row = 0; row < predicted.length; row++) {
    const answer = predicted[row] ?? noAnswer;
    if (answer === noAnswer) continue;
    const cell = (labels[row] ?? NaN) * classes + answer;
    counts[cell] = (counts[cell] ?? NaN) + 1;
  }
  return counts;
}

/** Of one class; null where the denominator is 0: never predicted, never true, or neither. */
export interface ClassScores {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** Rows of which this class is the truth. */
  readonly support: number;
}

/** Precision, recall and F1 of each class (`sklearn.metrics.precision_recall_fscore_support`). */
export function perClass(answers: Answers): ClassScores[] {
  const { predicted, labels, classes } = checked(answers);
  const right = new Int32Array(classes);
  const claimed = new Int32Array(classes);
  const support = new Int32Array(classes);
  for (let row = 0; row < predicted.length; row++) {
    const truth = labels[row] ?? NaN;
    const answer = predicted[row] ?? noAnswer;
    support[truth] = (support[truth] ?? NaN) + 1;
    if (answer === noAnswer) continue;
    claimed[answer] = (claimed[answer] ?? NaN) + 1;
    if (answer === truth) right[truth] = (right[truth] ?? NaN) + 1;
  }
  return Array.from(right, (hits, index) =>
    scoresOf({ hits, claimed: claimed[index] ?? NaN, support: support[index] ?? NaN }),
  );
}

/** Precision, recall and F1 of a class from its counts: rows right, rows said to be of it, rows that are of it. */
export function scoresOf({ hits, claimed, support }: { hits: number; claimed: number; support: number }): ClassScores {
  return {
    precision: ratio(hits, claimed),
    recall: ratio(hits, support),
    f1: ratio(2 * hits, claimed + support),
    support,
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Rows by who was right. The four parts make up all rows; `sameAnswer` counts equal predictions, right or wrong. */
export interface Agreement {
  readonly bothRight: number;
  readonly onlyTeacherRight: number;
  readonly onlyStudentRight: number;
  readonly bothWrong: number;
  readonly sameAnswer: number;
}

/**
 * How teacher and student agree on the same rows, in all and by true class. Two rows without an answer are not the same
 * answer.
 */
export function agreement({
  teacher,
  student,
  labels,
  classes,
}: {
  teacher: ArrayLike<number>;
  student: ArrayLike<number>;
  labels: ArrayLike<number>;
  classes: number;
}): Agreement & { readonly perClass: readonly Agreement[] } {
  const { predicted: byTeacher } = checked({ logits: teacher, labels, classes });
  const { predicted: byStudent } = checked({ logits: student, labels, classes });
  const none = { bothRight: 0, onlyTeacherRight: 0, onlyStudentRight: 0, bothWrong: 0, sameAnswer: 0 };
  const total = { ...none };
  const parts = Array.from({ length: classes }, () => ({ ...none }));
  for (let row = 0; row < byTeacher.length; row++) {
    const truth = labels[row] ?? NaN;
    const teacherRight = byTeacher[row] === truth;
    const studentRight = byStudent[row] === truth;
    const part = teacherRight
      ? studentRight
        ? 'bothRight'
        : 'onlyTeacherRight'
      : studentRight
        ? 'onlyStudentRight'
        : 'bothWrong';
    const same = byTeacher[row] === byStudent[row] && byTeacher[row] !== noAnswer;
    for (const counts of [total, parts[truth] ?? none]) {
      counts[part]++;
      if (same) counts.sameAnswer++;
    }
  }
  return { ...total, perClass: parts };
}

/** Entropy of each row's soft labels at T, in nats, [n]: 0 for certainty, log(classes) for no idea. */
export function entropy({ logits, classes, temperature = 1 }: Rows & { temperature?: number }): Float64Array {
  const log = logSoftmax({ logits, classes, temperature });
  const result = new Float64Array(rowCount({ logits, classes }));
  for (let row = 0; row < result.length; row++) {
    let sum = 0;
    for (let i = row * classes; i < (row + 1) * classes; i++) sum -= Math.exp(log[i] ?? NaN) * (log[i] ?? NaN);
    result[row] = sum;
  }
  return result;
}

/**
 * The dark knowledge of a model: the mean soft labels at T over the rows of each true class, [classes, classes], row the
 * truth. NaN in the row of a class that never occurs.
 */
export function classAverageSoftLabels({
  logits,
  labels,
  classes,
  temperature = 1,
}: Answers & { temperature?: number }): Float64Array {
  checkLabels({ labels, n: rowCount({ logits, classes }), classes });
  const soft = softmax({ logits, classes, temperature });
  const means = new Float64Array(classes * classes);
  const support = new Int32Array(classes);
  for (let row = 0; row < labels.length; row++) {
    const truth = labels[row] ?? NaN;
    support[truth] = (support[truth] ?? NaN) + 1;
    for (let column = 0; column < classes; column++) {
      const cell = truth * classes + column;
      means[cell] = (means[cell] ?? NaN) + (soft[row * classes + column] ?? NaN);
    }
  }
  for (let cell = 0; cell < means.length; cell++) {
    means[cell] = (means[cell] ?? NaN) / (support[Math.floor(cell / classes)] ?? NaN);
  }
  return means;
}
