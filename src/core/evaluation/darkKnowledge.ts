/**
 * How alike two models find the wrong classes: Pearson's correlation of their class-average soft labels
 * (`classAverageSoftLabels`), the diagonal left out and each row brought to a sum of 1, so that how sure a model is of a
 * class does not count, only how it divides what is left among the others. 1: in the same proportions; 0: no relation.
 *
 * What wrong classes share out is what Hinton et al. 2015 call dark knowledge; correlation rather than distance, since a
 * student may keep the relations with another spread, is the argument of DIST (Huang et al. 2022).
 */
export interface Likeness {
  /** Over the cells of all classes; null where there is no telling: fewer than three classes, or no difference at all. */
  readonly overall: number | null;
  /** Within the row of each true class, [classes]; NaN where it never occurs, or finds all others alike. */
  readonly byClass: Float64Array;
}

/** A class-average soft label matrix, the diagonal left out, rows brought to a sum of 1 and less their mean. */
export class WrongClasses {
  /** [classes, classes], 0 on the diagonal; NaN in rows of classes that never occur. */
  readonly centred: Float64Array;
  /** What each class gives to all others together, [classes]. */
  readonly mass: Float64Array;
  /** Σ centred² of each row, [classes]: 0 where all that differs is rounding. */
  readonly spread: Float64Array;

  /** @param matrix [classes, classes], row the truth. @throws RangeError where it has another number of cells */
  constructor(
    matrix: ArrayLike<number>,
    readonly classes: number,
  ) {
    if (matrix.length !== classes * classes) {
      throw new RangeError(`matrix of ${matrix.length} cells, expected ${classes} × ${classes}`);
    }
    this.centred = new Float64Array(classes * classes);
    this.mass = new Float64Array(classes);
    this.spread = new Float64Array(classes);
    const mean = 1 / (classes - 1);
    for (let truth = 0; truth < classes; truth++) {
      const start = truth * classes;
      let mass = 0;
      for (let label = 0; label < classes; label++) if (label !== truth) mass += matrix[start + label] ?? NaN;
      let spread = 0;
      for (let label = 0; label < classes; label++) {
        if (label === truth) continue;
        const deviation = (matrix[start + label] ?? NaN) / mass - mean;
        this.centred[start + label] = deviation;
        spread += deviation * deviation;
      }
      this.mass[truth] = mass;
      this.spread[truth] = spread < (classes - 1) * (mean * rounding) ** 2 ? 0 : spread;
    }
  }

  /** Σ centred · centred of a row, with another model. */
  product(other: WrongClasses, truth: number): number {
    return this.dot(other.centred, { start: truth * this.classes, truth });
  }

  /** Σ centred · values of a row, the diagonal being 0. @param start where the row begins in `values` */
  dot(values: ArrayLike<number>, { start, truth }: { start: number; truth: number }): number {
    const row = truth * this.classes;
    let sum = 0;
    for (let label = 0; label < this.classes; label++) {
      sum += (this.centred[row + label] ?? NaN) * (values[start + label] ?? NaN);
    }
    return sum;
  }
}

/** Deviations from the mean below this share of it are those of float64. */
const rounding = 1e-12;

/** How alike two models find the wrong classes: see `Likeness`. @throws RangeError where their classes differ in number */
export function likeness({ teacher, student }: { teacher: WrongClasses; student: WrongClasses }): Likeness {
  const { classes } = teacher;
  if (student.classes !== classes) throw new RangeError(`matrices of ${classes} and of ${student.classes} classes`);
  const byClass = new Float64Array(classes);
  let [product, ofTeacher, ofStudent] = [0, 0, 0];
  for (let truth = 0; truth < classes; truth++) {
    const own = { product: teacher.product(student, truth), x: spreadOf(teacher, truth), y: spreadOf(student, truth) };
    byClass[truth] = correlation(own);
    if (Number.isNaN(own.product)) continue;
    product += own.product;
    ofTeacher += own.x;
    ofStudent += own.y;
  }
  const overall = correlation({ product, x: ofTeacher, y: ofStudent });
  return { overall: Number.isNaN(overall) ? null : overall, byClass };
}

/** Of one row. */
export function spreadOf({ spread }: WrongClasses, truth: number): number {
  return spread[truth] ?? NaN;
}

function correlation({ product, x, y }: { product: number; x: number; y: number }): number {
  if (!(x > 0) || !(y > 0)) return NaN;
  // Rounding can bring equal rows just beyond.
  return Math.min(1, Math.max(-1, product / Math.sqrt(x * y)));
}
