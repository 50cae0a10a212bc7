/** What the numbers of a network's last layer are: logits, a softmax of them, or each class's probability by itself. */
export const outputForms = ['logits', 'probabilities', 'sigmoids'] as const;
export type OutputForm = (typeof outputForms)[number];

/** How far a softmax in half floats may be from a sum of 1. */
const sumTolerance = 2e-3;
const rangeTolerance = 1e-6;

/**
 * What answers look like, [n, width]. Logits leave 0…1 for some picture; what never does is probabilities where each row
 * sums to 1, and sigmoids where not. Rows that are not finite say nothing.
 */
export function outputForm({ values, width }: { values: ArrayLike<number>; width: number }): OutputForm {
  let sumsToOne = width > 1;
  let rows = 0;
  for (let start = 0; start + width <= values.length; start += width) {
    let sum = 0;
    let isInside = true;
    for (let i = start; i < start + width; i++) {
      const value = values[i] ?? NaN;
      sum += value;
      isInside &&= value >= -rangeTolerance && value <= 1 + rangeTolerance;
    }
    if (!Number.isFinite(sum)) continue;
    if (!isInside) return 'logits';
    sumsToOne &&= Math.abs(sum - 1) <= sumTolerance;
    rows++;
  }
  if (rows === 0) return 'logits';
  return sumsToOne ? 'probabilities' : 'sigmoids';
}

/** The smallest normal number of float32: a probability that underflowed has a finite logarithm. */
const smallestProbability = 2 ** -126;
/** Half the step of float32 below 1: what is nearer to 0 or 1 cannot be told from it by a sigmoid in float32. */
const nearestToCertain = 2 ** -25;

/**
 * Logits of answers [n, width], float32 [n, width], or [n, 2] for one output.
 *
 * - Probabilities become log p, whose softmax at T = 1 is p.
 * - Sigmoids become log(p / (1 − p)), which undoes them. The p are those of independent events; given that exactly one of
 *   these happens, class c has a probability proportional to p_c / (1 − p_c), so this is what the softmax is meant for.
 * - Logits may be logarithms of probabilities, and −∞ that of 0, which no loss can learn from: it becomes the logarithm of
 *   the smallest normal number, as a probability of 0 does (see {@link withoutZeros}).
 * - One output z for two classes becomes [0, z], whose softmax is the sigmoid of z: the second class's probability.
 */
export function logitsOfForm(
  form: OutputForm,
  { values, width }: { values: Float32Array; width: number },
): Float32Array {
  const logits = form === 'logits' ? values : values.map(form === 'probabilities' ? logarithm : logOdds);
  if (width !== 1) return withoutZeros(logits, width);
  const both = Float32Array.from({ length: 2 * logits.length }, (_, index) =>
    index % 2 === 0 ? 0 : (logits[index >> 1] ?? NaN),
  );
  return withoutZeros(both, 2);
}

/** Whether some of an output's numbers are −∞: logarithms of probabilities of 0. */
export const hasZeros = (values: Float32Array): boolean => values.includes(-Infinity);

/**
 * Logits [n, width] in which −∞ has become log Σ exp z + log 2^−126, what a softmax of 2^−126 has, or the least of the
 * row's others where that is less, so that no order changes. Rows with NaN or +∞, or of −∞ alone, stay as they are.
 */
function withoutZeros(logits: Float32Array, width: number): Float32Array {
  if (!hasZeros(logits)) return logits;
  const floored = logits.slice();
  for (let start = 0; start < floored.length; start += width) {
    const row = floored.subarray(start, start + width);
    const others = row.filter((z) => z !== -Infinity);
    const largest = others.reduce((most, z) => Math.max(most, z), -Infinity);
    if (others.length === width || !Number.isFinite(largest)) continue;
    const logSum = largest + Math.log(others.reduce((sum, z) => sum + Math.exp(z - largest), 0));
    const floor = others.reduce((least, z) => Math.min(least, z), logSum + Math.log(smallestProbability));
    row.forEach((z, index) => (row[index] = Math.max(z, floor)));
  }
  return floored;
}

/** What is infinite is no probability, and stays what is refused. */
const logarithm = (p: number): number => (Number.isFinite(p) ? Math.log(Math.max(p, smallestProbability)) : NaN);

function logOdds(p: number): number {
  if (!Number.isFinite(p)) return NaN;
  const inside = Math.min(Math.max(p, nearestToCertain), 1 - nearestToCertain);
  return Math.log(inside) - Math.log1p(-inside);
}
