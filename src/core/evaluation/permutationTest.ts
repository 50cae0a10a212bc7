/** How a model's right answers compare with what its answers would give if they had nothing to do with the truth. */
export interface ChanceTest {
  /** Rows answered right, of `n`. */
  readonly right: number;
  readonly n: number;
  /** Right rows that are expected where the same answers are given to rows at random. */
  readonly expected: number;
  /** Standard deviations that `right` is above what is expected, half a row taken off; 0 where nothing varies. */
  readonly deviations: number;
  /** Cohen's kappa, (right − expected) / (n − expected): 0 by chance, 1 for all right. NaN where chance is always right. */
  readonly kappa: number;
}

/**
 * A permutation test of accuracy: labels are dealt to the answers at random. Mean and variance of the number of right
 * rows are Hoeffding's (1951, *A combinatorial central limit theorem*), exact for the margins of the matrix. A model that
 * always answers the most frequent class is no better than chance, however often it is right.
 * @param confusion counts [classes, classes], row the truth
 */
export function testAgainstChance({
  confusion,
  classes,
}: {
  confusion: ArrayLike<number>;
  classes: number;
}): ChanceTest {
  const truth = new Float64Array(classes);
  const answered = new Float64Array(classes);
  let n = 0;
  let right = 0;
  for (let row = 0; row < classes; row++) {
    for (let column = 0; column < classes; column++) {
      const count = confusion[row * classes + column] ?? NaN;
      truth[row] = (truth[row] ?? NaN) + count;
      answered[column] = (answered[column] ?? NaN) + count;
      n += count;
      if (row === column) right += count;
    }
  }
  let expected = 0;
  for (let c = 0; c < classes; c++) expected += ((truth[c] ?? NaN) * (answered[c] ?? NaN)) / n;
  const deviation = Math.sqrt(varianceByChance({ truth, answered, n, expected }));
  const deviations = deviation > 0 ? (right - expected - 0.5) / deviation : 0;
  return { right, n, expected, deviations, kappa: n === expected ? NaN : (right - expected) / (n - expected) };
}

/** Σ d² / (n − 1) over all pairs of an answer and a label, d what is left of "they are equal" without its row's and column's means. */
function varianceByChance({
  truth,
  answered,
  n,
  expected,
}: {
  truth: Float64Array;
  answered: Float64Array;
  n: number;
  expected: number;
}): number {
  if (n < 2) return 0;
  let sum = 0;
  for (let row = 0; row < truth.length; row++) {
    for (let column = 0; column < answered.length; column++) {
      const of = truth[row] ?? NaN;
      const as = answered[column] ?? NaN;
      // The mean over the answers to a label of this row, and over the labels of an answer of this column.
      const left = (row === column ? 1 : 0) - (answered[row] ?? NaN) / n - (truth[column] ?? NaN) / n + expected / n;
      sum += of * as * left * left;
    }
  }
  return sum / (n - 1);
}

/** One-sided 5 % of the normal distribution. */
const significant = 1.645;
/** From here on a model is worth something, however few pictures there are to show it. */
const evidentKappa = 0.5;

/** Whether the right answers may as well be luck. A perfect model is never doubted for want of pictures. */
export function isLikeChance({ deviations, kappa }: ChanceTest): boolean {
  return deviations < significant && kappa < evidentKappa;
}
