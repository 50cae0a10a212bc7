import { noAnswer } from '../../src/core/evaluation.js';
import type { Answerer, Examples } from './examples.js';
import { divergenceOf, RowSoftener } from './rowSoftener.js';

/** What soft labels at one temperature say of a whole split, of one column. */
export interface ColumnOverall {
  readonly answerer: Answerer;
  /** Mean soft label of each true class, [classes, classes], row the truth; NaN where a class never occurs. */
  readonly matrix: Float64Array;
  /** Expected calibration error with 15 bins; null where no row has an answer. */
  readonly calibration: number | null;
}

export interface Overall {
  readonly temperature: number;
  readonly subject: ColumnOverall;
  readonly teacher: ColumnOverall | null;
  readonly baseline: ColumnOverall | null;
  /** KL(teacher‖run in question) of each row, [n], in nats; null without a teacher. */
  readonly divergence: Float64Array | null;
}

const bins = 15;

/** Sums over rows for one column. */
class ColumnSums {
  readonly softener: RowSoftener;
  readonly #matrix: Float64Array;
  readonly #counts = new Int32Array(bins);
  readonly #hits = new Int32Array(bins);
  readonly #confidences = new Float64Array(bins);

  constructor(
    private readonly answerer: Answerer,
    private readonly classes: number,
  ) {
    this.softener = new RowSoftener(answerer.members, classes);
    this.#matrix = new Float64Array(classes * classes);
  }

  add({ row, truth, temperature }: { row: number; truth: number; temperature: number }): void {
    const { classes } = this;
    const best = this.softener.soften({ row, temperature });
    const { soft } = this.softener;
    const matrix = this.#matrix;
    const start = truth * classes;
    for (let i = 0; i < classes; i++) matrix[start + i] = (matrix[start + i] ?? NaN) + (soft[i] ?? NaN);
    if (best === noAnswer) return;
    const confidence = soft[best] ?? NaN;
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
    this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    this.#confidences[bin] = (this.#confidences[bin] ?? 0) + confidence;
    if (best === truth) this.#hits[bin] = (this.#hits[bin] ?? 0) + 1;
  }

  result(support: Int32Array): ColumnOverall {
    const { classes } = this;
    const matrix = this.#matrix;
    for (let truth = 0; truth < classes; truth++) {
      const occurs = support[truth] ?? 0;
      for (let i = truth * classes; i < (truth + 1) * classes; i++) matrix[i] = (matrix[i] ?? NaN) / occurs;
    }
    let gaps = 0;
    let counted = 0;
    for (let bin = 0; bin < bins; bin++) {
      gaps += Math.abs((this.#hits[bin] ?? 0) - (this.#confidences[bin] ?? 0));
      counted += this.#counts[bin] ?? 0;
    }
    return { answerer: this.answerer, matrix, calibration: counted === 0 ? null : gaps / counted };
  }
}

/**
 * One pass over a split at one temperature: divergences, class averages and calibration together, since each needs the
 * same exponentials. It can be made in pieces.
 */
export class OverallPass {
  readonly #subject: ColumnSums;
  readonly #teacher: ColumnSums | null;
  readonly #baseline: ColumnSums | null;
  readonly #divergence: Float64Array | null;
  readonly #support: Int32Array;
  #row = 0;

  constructor(
    private readonly examples: Examples,
    private readonly temperature: number,
  ) {
    const { n, classes, subject, teacher, baseline } = examples;
    this.#subject = new ColumnSums(subject, classes);
    this.#teacher = teacher === null ? null : new ColumnSums(teacher, classes);
    this.#baseline = baseline === null ? null : new ColumnSums(baseline, classes);
    this.#divergence = teacher === null ? null : new Float64Array(n);
    this.#support = new Int32Array(classes);
  }

  /** Takes in up to `rows` more rows. @returns the result when all are done, else null */
  advance(rows: number): Overall | null {
    const { labels, n } = this.examples;
    const { temperature } = this;
    const to = Math.min(n, this.#row + rows);
    for (let row = this.#row; row < to; row++) {
      const truth = labels[row] ?? 0;
      this.#support[truth] = (this.#support[truth] ?? 0) + 1;
      this.#subject.add({ row, truth, temperature });
      this.#baseline?.add({ row, truth, temperature });
      if (this.#teacher === null || this.#divergence === null) continue;
      this.#teacher.add({ row, truth, temperature });
      this.#divergence[row] = divergenceOf({ teacher: this.#teacher.softener, student: this.#subject.softener });
    }
    this.#row = to;
    if (to < n) return null;
    return {
      temperature,
      subject: this.#subject.result(this.#support),
      teacher: this.#teacher?.result(this.#support) ?? null,
      baseline: this.#baseline?.result(this.#support) ?? null,
      divergence: this.#divergence,
    };
  }
}

/** Exponentials that a whole pass takes. */
export function costOf({ n, classes, subject, teacher, baseline }: Examples): number {
  const members = [subject, teacher, baseline].reduce((sum, column) => sum + (column?.members.length ?? 0), 0);
  return n * classes * members;
}
