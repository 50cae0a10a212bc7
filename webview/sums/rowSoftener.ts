import { noAnswer } from '../../src/core/evaluation/evaluation.js';

/** Logits row-major [n, classes]: as stored, or averaged in float64. */
export type Logits = Float32Array | Float64Array;

/**
 * Soft labels of one row at a time, without new arrays: what `logSoftLabels` of core says of the mean of the members'
 * probabilities, fast enough to be asked for every row of a split in every frame.
 */
export class RowSoftener {
  /** Soft labels of the row that was asked for last, [classes]. */
  readonly soft: Float64Array;
  /** Their logarithms, [classes]; −∞ only where the mean of several members is below what a float64 holds. */
  readonly log: Float64Array;

  /** @param members logits of one model, or of the members of an ensemble, each [n, classes] */
  constructor(
    private readonly members: readonly Logits[],
    private readonly classes: number,
  ) {
    this.soft = new Float64Array(classes);
    this.log = new Float64Array(classes);
  }

  /**
   * Computes `soft` and `log` of a row.
   * @returns the most likely class, of equals the first; `noAnswer` where a logit is not finite
   */
  soften({ row, temperature }: { row: number; temperature: number }): number {
    const [first, ...others] = this.members;
    if (first === undefined) return noAnswer;
    const best = this.#softenOne(first, row * this.classes, temperature);
    return others.length === 0 ? best : this.#addOthers(others, row * this.classes, temperature);
  }

  #softenOne(logits: Logits, start: number, temperature: number): number {
    const { soft, log, classes } = this;
    let largest = -Infinity;
    let best = 0;
    let finite = 0;
    for (let i = 0; i < classes; i++) {
      const logit = logits[start + i] ?? NaN;
      // 0 for a finite number, NaN for all others.
      finite += logit - logit;
      if (logit > largest) {
        largest = logit;
        best = i;
      }
    }
    let sum = 0;
    for (let i = 0; i < classes; i++) {
      const scaled = ((logits[start + i] ?? NaN) - largest) / temperature;
      const weight = Math.exp(scaled);
      log[i] = scaled;
      soft[i] = weight;
      sum += weight;
    }
    const logSum = Math.log(sum);
    const factor = 1 / sum;
    for (let i = 0; i < classes; i++) {
      log[i] = (log[i] ?? NaN) - logSum;
      soft[i] = (soft[i] ?? NaN) * factor;
    }
    return finite === 0 ? best : noAnswer;
  }

  #addOthers(others: readonly Logits[], start: number, temperature: number): number {
    const { soft, log, classes } = this;
    const total = soft.slice();
    for (const logits of others) {
      this.#softenOne(logits, start, temperature);
      for (let i = 0; i < classes; i++) total[i] = (total[i] ?? NaN) + (soft[i] ?? NaN);
    }
    const members = others.length + 1;
    let best = 0;
    for (let i = 0; i < classes; i++) {
      const mean = (total[i] ?? NaN) / members;
      soft[i] = mean;
      log[i] = Math.log(mean);
      if (mean > (soft[best] ?? NaN)) best = i;
    }
    return Number.isNaN(soft[0] ?? NaN) ? noAnswer : best;
  }
}

/** KL(teacher‖student) in nats of two softeners' present rows; NaN where either has no answer. */
export function divergenceOf({ teacher, student }: { teacher: RowSoftener; student: RowSoftener }): number {
  let sum = 0;
  for (let i = 0; i < teacher.soft.length; i++) {
    const p = teacher.soft[i] ?? NaN;
    // 0 · log 0 is 0: the limit.
    if (p !== 0) sum += p * ((teacher.log[i] ?? NaN) - (student.log[i] ?? NaN));
  }
  // Rounding can bring equal distributions just below 0.
  return sum < 0 ? 0 : sum;
}

/** Entropy in nats of a softener's present row. */
export function entropyOf({ soft, log }: RowSoftener): number {
  let sum = 0;
  for (let i = 0; i < soft.length; i++) {
    const p = soft[i] ?? NaN;
    if (p !== 0) sum -= p * (log[i] ?? NaN);
  }
  return sum < 0 ? 0 : sum;
}
