import { CalibrationTally, type Calibration } from '../../src/core/evaluation/calibration.js';
import { noAnswer } from '../../src/core/evaluation/evaluation.js';
import type { Role } from '../../src/core/spec/spec.js';
import { divergenceOf, RowSoftener } from './rowSoftener.js';
import { rowCost, type LogitsColumn, type SplitLogits } from './splitLogits.js';
import { eachRow, type Steps } from './steps.js';

/** What soft labels at one temperature say of a whole split, of one column. */
export interface ColumnResult {
  readonly role: Role;
  /** Mean soft label of each true class, [classes, classes], row the truth; NaN where a class never occurs. */
  readonly matrix: Float64Array;
  readonly calibration: Calibration;
}

export interface SplitSums {
  readonly temperature: number;
  readonly classes: number;
  readonly subject: ColumnResult;
  readonly teacher: ColumnResult | null;
  readonly baseline: ColumnResult | null;
  /** KL(teacher‖run in question) of each row, [n], in nats; null without a teacher. */
  readonly divergence: Float64Array | null;
}

/** Sums over rows for one column. */
class ColumnSums {
  readonly softener: RowSoftener;
  readonly #matrix: Float64Array;
  readonly #calibration = new CalibrationTally();

  constructor(
    private readonly column: LogitsColumn,
    private readonly classes: number,
  ) {
    this.softener = new RowSoftener(column.members, classes);
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

  result(support: Int32Array): ColumnResult {
    const { classes } = this;
    const matrix = this.#matrix;
    for (let truth = 0; truth < classes; truth++) {
      const occurs = support[truth] ?? 0;
      for (let i = truth * classes; i < (truth + 1) * classes; i++) matrix[i] = (matrix[i] ?? NaN) / occurs;
    }
    return { role: this.column.role, matrix, calibration: this.#calibration.result };
  }
}

/**
 * One pass over a split at one temperature: divergences, class averages and calibration together, since each needs the
 * same exponentials.
 */
export function* splitSumsOf(split: SplitLogits, temperature: number): Steps<SplitSums> {
  const { n, classes, labels } = split;
  const subject = new ColumnSums(split.subject, classes);
  const teacher = split.teacher === null ? null : new ColumnSums(split.teacher, classes);
  const baseline = split.baseline === null ? null : new ColumnSums(split.baseline, classes);
  const divergence = teacher === null ? null : new Float64Array(n);
  const support = new Int32Array(classes);
  yield* eachRow({ n, cost: rowCost(split) }, (row) => {
    const truth = labels[row] ?? 0;
    support[truth] = (support[truth] ?? 0) + 1;
    subject.add({ row, truth, temperature });
    baseline?.add({ row, truth, temperature });
    if (teacher === null || divergence === null) return;
    teacher.add({ row, truth, temperature });
    divergence[row] = divergenceOf({ teacher: teacher.softener, student: subject.softener });
  });
  return {
    temperature,
    classes,
    subject: subject.result(support),
    teacher: teacher?.result(support) ?? null,
    baseline: baseline?.result(support) ?? null,
    divergence,
  };
}
