import { assertNever } from '../problem.js';

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
  for (let i = start; i < end; i++) {
    const value = values[i] ?? NaN;
    if (value > largest) largest = value;
  }
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
    logSoftmaxRow(logits, { start, classes, temperature }, { out: result, to: start });
  }
  return result;
}

/** Where the numbers of one row are written: into `out`, from `to` on. */
export interface RowOutput {
  readonly out: Float64Array;
  readonly to: number;
}

/** log softmax(z / T) of the row of `logits` that begins at `start`. */
export function logSoftmaxRow(
  logits: ArrayLike<number>,
  { start, classes, temperature }: { start: number; classes: number; temperature: number },
  { out, to }: RowOutput,
): void {
  const largest = largestOf(logits, start, start + classes);
  let sum = 0;
  for (let i = 0; i < classes; i++) {
    const scaled = ((logits[start + i] ?? NaN) - largest) / temperature;
    out[to + i] = scaled;
    sum += Math.exp(scaled);
  }
  const logSum = Math.log(sum);
  for (let i = to; i < to + classes; i++) out[i] = (out[i] ?? NaN) - logSum;
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

/** What several teachers, or one, say at T. */
export interface Ensemble {
  /** Logits of each, [n, classes]. */
  readonly teachers: readonly ArrayLike<number>[];
  readonly classes: number;
  readonly temperature?: number;
  readonly ensemble?: EnsembleMean;
}

/**
 * Logarithms of the soft labels of one teacher or of several, [n, classes]: `probabilities` is the arithmetic mean of
 * their soft labels at T, `logits` the soft labels of the mean of their logits. Alike for one teacher.
 * @param out written instead of a new array; may be none of the teachers'
 */
export function logSoftLabels({ out, ...ensemble }: Ensemble & { out?: Float64Array }): Float64Array {
  const { classes } = ensemble;
  const softLabels = softLabelRow(ensemble);
  const length = ensemble.teachers[0]?.length ?? 0;
  const result = outputArray(out, length);
  for (let row = 0; row * classes < length; row++) softLabels(row, { out: result, to: row * classes });
  return result;
}

/**
 * As `logSoftLabels`, a row at a time: returns what writes those of a row.
 * @throws RangeError where the teachers do not belong together
 */
export function softLabelRow({
  teachers,
  classes,
  temperature = 1,
  ensemble = 'probabilities',
}: Ensemble): (row: number, output: RowOutput) => void {
  const [first, ...others] = teachers;
  if (first === undefined) throw new RangeError('soft labels need a teacher');
  const other = others.find(({ length }) => length !== first.length);
  if (other !== undefined) throw new RangeError(`teachers of ${first.length} and of ${other.length} logits`);
  rowCount({ logits: first, classes });
  checkTemperature(temperature);
  if (others.length === 0) {
    return (row, output) => logSoftmaxRow(first, { start: row * classes, classes, temperature }, output);
  }
  switch (ensemble) {
    case 'logits': {
      const mean = new Float64Array(classes);
      return (row, output) => {
        meanRow(teachers, { start: row * classes, out: mean });
        logSoftmaxRow(mean, { start: 0, classes, temperature }, output);
      };
    }
    case 'probabilities': {
      const parts = teachers.map((teacher) => ({ teacher, log: new Float64Array(classes) }));
      const logs = parts.map(({ log }) => log);
      const sums = new Float64Array(classes);
      return (row, output) => {
        const place = { start: row * classes, classes, temperature };
        for (const { teacher, log } of parts) logSoftmaxRow(teacher, place, { out: log, to: 0 });
        logMeanRow(logs, sums, output);
      };
    }
    default:
      return assertNever(ensemble);
  }
}

function meanRow(teachers: readonly ArrayLike<number>[], { start, out }: { start: number; out: Float64Array }): void {
  out.fill(0);
  for (const teacher of teachers) {
    for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? NaN) + (teacher[start + i] ?? NaN) / teachers.length;
  }
}

/**
 * The mean of probabilities, from their logarithms. The largest is kept apart, so that one too small for a float64 still
 * has its logarithm.
 */
function logMeanRow(logs: readonly Float64Array[], sums: Float64Array, { out, to }: RowOutput): void {
  out.fill(-Infinity, to, to + sums.length);
  for (const log of logs) {
    for (let i = 0; i < log.length; i++) out[to + i] = Math.max(out[to + i] ?? NaN, log[i] ?? NaN);
  }
  sums.fill(0);
  for (const log of logs) {
    for (let i = 0; i < log.length; i++) sums[i] = (sums[i] ?? NaN) + Math.exp((log[i] ?? NaN) - (out[to + i] ?? NaN));
  }
  for (let i = 0; i < sums.length; i++) out[to + i] = (out[to + i] ?? NaN) + Math.log((sums[i] ?? NaN) / logs.length);
}

/** Soft labels of one teacher or of several, [n, classes]; see `logSoftLabels`. */
export function ensembleSoftLabels(options: Parameters<typeof logSoftLabels>[0]): Float64Array {
  const labels = logSoftLabels(options);
  for (let i = 0; i < labels.length; i++) labels[i] = Math.exp(labels[i] ?? NaN);
  return labels;
}
