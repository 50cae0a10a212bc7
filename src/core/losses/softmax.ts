/** Logits row-major [n, classes]: one row an example. Any numeric array does. */
export interface Rows {
  readonly logits: ArrayLike<number>;
  readonly classes: number;
}

/** How several teachers are averaged: see `logSoftLabels`. */
export type EnsembleMean = 'probabilities' | 'logits';

/**
 * The number of rows of [n, classes].
 * @throws RangeError where the length is not a whole number of rows, or there is no row
 */
export function rowCount({ logits, classes }: Rows): number {
  const n = logits.length / classes;
  if (!Number.isInteger(classes) || classes < 1 || !Number.isInteger(n) || n < 1) {
    throw new RangeError(`${logits.length} logits are no rows of ${classes} classes`);
  }
  return n;
}

/** The caller's array, or a new one. @throws RangeError where the caller's has another length */
export function outputArray(out: Float64Array | undefined, length: number): Float64Array {
  if (out === undefined) return new Float64Array(length);
  if (out.length !== length) throw new RangeError(`output of ${out.length} numbers, expected ${length}`);
  return out;
}

/** @throws RangeError unless there is one label for each of `n` rows, each a whole number below `classes` */
export function checkLabels({ labels, n, classes }: { labels: ArrayLike<number>; n: number; classes: number }): void {
  if (labels.length !== n) throw new RangeError(`${labels.length} labels for ${n} rows of logits`);
  for (let row = 0; row < n; row++) {
    const label = labels[row] ?? NaN;
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new RangeError(`label ${label} of row ${row}: expected 0 … ${classes - 1}`);
    }
  }
}

function checkTemperature(temperature: number): void {
  if (!(temperature > 0)) throw new RangeError(`temperature ${temperature}, expected above 0`);
}

function largestOf(values: ArrayLike<number>, start: number, end: number): number {
  let largest = -Infinity;
  for (let i = start; i < end; i++) largest = Math.max(largest, values[i] ?? NaN);
  return largest;
}

/**
 * log softmax(z / T) of each row, [n, classes]: finite for all logits that are (`torch.log_softmax`).
 * @param out written instead of a new array; may be the logits themselves
 */
export function logSoftmax({
  logits,
  classes,
  temperature = 1,
  out,
}: Rows & { temperature?: number; out?: Float64Array }): Float64Array {
  const n = rowCount({ logits, classes });
  checkTemperature(temperature);
  const result = outputArray(out, logits.length);
  for (let start = 0; start < n * classes; start += classes) {
    const end = start + classes;
    const largest = largestOf(logits, start, end);
    let sum = 0;
    for (let i = start; i < end; i++) {
      const scaled = ((logits[i] ?? NaN) - largest) / temperature;
      result[i] = scaled;
      sum += Math.exp(scaled);
    }
    const logSum = Math.log(sum);
    for (let i = start; i < end; i++) result[i] = (result[i] ?? NaN) - logSum;
  }
  return result;
}

/**
 * Soft labels: softmax(z / T) of each row, [n, classes] (`torch.softmax`).
 * @param out written instead of a new array; may be the logits themselves
 */
export function softmax({
  logits,
  classes,
  temperature = 1,
  out,
}: Rows & { temperature?: number; out?: Float64Array }): Float64Array {
  const n = rowCount({ logits, classes });
  checkTemperature(temperature);
  const result = outputArray(out, logits.length);
  for (let start = 0; start < n * classes; start += classes) {
    const end = start + classes;
    const largest = largestOf(logits, start, end);
    let sum = 0;
    for (let i = start; i < end; i++) {
      const weight = Math.exp(((logits[i] ?? NaN) - largest) / temperature);
      result[i] = weight;
      sum += weight;
    }
    for (let i = start; i < end; i++) result[i] = (result[i] ?? NaN) / sum;
  }
  return result;
}

/**
 * Logarithms of the soft labels of one teacher or of several, [n, classes]: `probabilities` is the arithmetic mean of
 * their soft labels at T, `logits` the soft labels of the mean of their logits. Alike for one teacher.
 * @param out written instead of a new array; may be none of the teachers'
 */
export function logSoftLabels({
  teachers,
  classes,
  temperature = 1,
  ensemble = 'probabilities',
  out,
}: {
  teachers: readonly ArrayLike<number>[];
  classes: number;
  temperature?: number;
  ensemble?: EnsembleMean;
  out?: Float64Array;
}): Float64Array {
  const [first, ...others] = teachers;
  if (first === undefined) throw new RangeError('soft labels need a teacher');
  const other = others.find(({ length }) => length !== first.length);
  if (other !== undefined) throw new RangeError(`teachers of ${first.length} and of ${other.length} logits`);
  if (others.length === 0) return logSoftmax({ logits: first, classes, temperature, ...(out && { out }) });

  const result = outputArray(out, first.length).fill(0);
  if (ensemble === 'logits') {
    for (const teacher of teachers) {
      for (let i = 0; i < result.length; i++) result[i] = (result[i] ?? NaN) + (teacher[i] ?? NaN) / teachers.length;
    }
    return logSoftmax({ logits: result, classes, temperature, out: result });
  }
  // The largest of the logarithms is kept apart, so that a label too small for a float64 still has its logarithm.
  const logs = teachers.map((teacher) => logSoftmax({ logits: teacher, classes, temperature }));
  for (let i = 0; i < result.length; i++) {
    let largest = -Infinity;
    for (const log of logs) largest = Math.max(largest, log[i] ?? NaN);
    let sum = 0;
    for (const log of logs) sum += Math.exp((log[i] ?? NaN) - largest);
    result[i] = largest + Math.log(sum / logs.length);
  }
  return result;
}

/** Soft labels of one teacher or of several, [n, classes]; see `logSoftLabels`. */
export function ensembleSoftLabels(options: Parameters<typeof logSoftLabels>[0]): Float64Array {
  const labels = logSoftLabels(options);
  for (let i = 0; i < labels.length; i++) labels[i] = Math.exp(labels[i] ?? NaN);
  return labels;
}
