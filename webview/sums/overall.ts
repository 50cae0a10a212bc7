import { CalibrationTally, type Calibration } from '../../src/core/evaluation/calibration.js';
import { noAnswer } from '../../src/core/evaluation/evaluation.js';
import type { Answerer, Examples } from '../softLabels/examples.js';
import { divergenceOf, RowSoftener } from './rowSoftener.js';

/** What soft labels at one temperature say of a whole split, of one column. */
export interface ColumnOverall {
  readonly answerer: Answerer;
  /** Mean soft label of each true class, [classes, classes], row the truth; NaN where a class never occurs. */
  readonly matrix: Float64Array;
  readonly calibration: Calibration;
}

export interface Overall {
  readonly temperature: number;
  readonly subject: ColumnOverall;
  readonly teacher: ColumnOverall | null;
  readonly baseline: ColumnOverall | null;
  /** KL(teacher‖run in question) of each row, [n], in nats; null without a teacher. */
  readonly divergence: Float64Array | null;
}

/** The columns in the order in which they are shown: teacher, the run in question, baseline. */
export function overallColumns({ teacher, subject, baseline }: Overall): ColumnOverall[] {
  return [teacher, subject, baseline].filter((column) => column !== null);
}

/** Sums over rows for one column. */
class ColumnSums {
  readonly softener: RowSoftener;
  readonly #matrix: Float64Array;
  readonly #calibration = new CalibrationTally();

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
    const { soft, log } = this.softener;
    const matrix = this.#matrix;
    const start = truth * classes;
    let squares = 0;
    for (let i = 0; i < classes; i++) {
      const p = soft[i] ?? NaN;
      matrix[start + i] = (matrix[start + i] ?? NaN) + p;
      squares += p * p;
    }
    if (best === noAnswer) return;
    this.#calibration.add({
      confidence: soft[best] ?? NaN,
      isRight: best === truth,
      truth: soft[truth] ?? NaN,
      logTruth: log[truth] ?? NaN,
      squares,
    });
  }

  result(support: Int32Array): ColumnOverall {
    const { classes } = this;
    const matrix = this.#matrix;
    for (let truth = 0; truth < classes; truth++) {
      const occurs = support[truth] ?? 0;
      for (let i = truth * classes; i < (truth + 1) * classes; i++) matrix[i] = (matrix[i] ?? NaN) / occurs;
    }
    return { answerer: this.answerer, matrix, calibration: this.#calibration.result };
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
