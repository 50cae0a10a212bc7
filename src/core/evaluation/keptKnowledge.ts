import type { Interval } from './comparison.js';
import { likeness, spreadOf, type Likeness, type WrongClasses } from './darkKnowledge.js';

/** A number with the 95 % interval in which other examples of the same kind would leave it. */
export interface Estimate {
  readonly value: number;
  readonly interval: Interval;
}

/** As `Likeness`, with intervals. */
export interface LikenessEstimates {
  readonly overall: Estimate | null;
  readonly byClass: readonly (Estimate | null)[];
}

/** Soft labels of one example by two models, [classes] each. */
interface SoftPair {
  readonly truth: number;
  readonly teacher: ArrayLike<number>;
  readonly student: ArrayLike<number>;
}

/** How far one example draws a `Likeness`: its derivative by the example's weight in its class. */
interface Pull {
  readonly overall: number;
  readonly ofClass: number;
}

/** What single examples do to the likeness of two models. */
class LikenessPulls {
  readonly likeness: Likeness;
  readonly #product: Float64Array;
  readonly #teacherSpread: number;
  readonly #studentSpread: number;

  constructor(
    private readonly teacher: WrongClasses,
    private readonly student: WrongClasses,
  ) {
    this.likeness = likeness({ teacher, student });
    this.#product = Float64Array.from({ length: teacher.classes }, (_, truth) => teacher.product(student, truth));
    this.#teacherSpread = sumOf(teacher.spread, this.#product);
    this.#studentSpread = sumOf(student.spread, this.#product);
  }

  /**
   * The row of a class is x = M/s, with M the mean of its soft labels p and s their mass off the diagonal. An example of
   * more weight moves it by (p − q·x)/s, q being the example's own mass; the rest is the chain rule.
   */
  of({ truth, teacher: p, student: r }: SoftPair): Pull {
    const { teacher, student } = this;
    const product = this.#product[truth] ?? NaN;
    // The row is left out of all cells.
    if (Number.isNaN(product)) return { overall: 0, ofClass: NaN };
    const [x, y] = [spreadOf(teacher, truth), spreadOf(student, truth)];
    const byTeacher = { q: massOf(p, truth), s: teacher.mass[truth] ?? NaN };
    const byStudent = { q: massOf(r, truth), s: student.mass[truth] ?? NaN };
    const at = { start: 0, truth };
    const dProduct =
      (student.dot(p, at) - byTeacher.q * product) / byTeacher.s +
      (teacher.dot(r, at) - byStudent.q * product) / byStudent.s;
    const dx = (2 * (teacher.dot(p, at) - byTeacher.q * x)) / byTeacher.s;
    const dy = (2 * (student.dot(r, at) - byStudent.q * y)) / byStudent.s;
    const pull = (value: number, ofX: number, ofY: number): number =>
      dProduct / Math.sqrt(ofX * ofY) - (value / 2) * (dx / ofX + dy / ofY);
    return {
      overall: pull(this.likeness.overall ?? NaN, this.#teacherSpread, this.#studentSpread),
      ofClass: pull(this.likeness.byClass[truth] ?? NaN, x, y),
    };
  }
}

/** Of the rows that both have. */
function sumOf(spread: Float64Array, product: Float64Array): number {
  return spread.reduce((sum, value, truth) => sum + (Number.isNaN(product[truth] ?? NaN) ? 0 : value), 0);
}

function massOf(soft: ArrayLike<number>, truth: number): number {
  let mass = 0;
  for (let label = 0; label < soft.length; label++) if (label !== truth) mass += soft[label] ?? NaN;
  return mass;
}

/**
 * The spread that a bootstrap over examples would find for a smooth figure of class means, to the first order and
 * without its random numbers: the infinitesimal jackknife (Efron 1982), the sum over the examples of pull² / n(n − 1), n
 * being the examples of their class. With one example of a class there is no telling.
 */
class PullVariance {
  #overall = 0;
  readonly #byClass: Float64Array;

  constructor(private readonly support: ArrayLike<number>) {
    this.#byClass = new Float64Array(support.length);
  }

  add({ overall, ofClass }: Pull, truth: number): void {
    const n = this.support[truth] ?? NaN;
    this.#overall += overall ** 2 / (n * (n - 1));
    this.#byClass[truth] = (this.#byClass[truth] ?? NaN) + ofClass ** 2 / (n * (n - 1));
  }

  estimates({ overall, byClass }: Likeness, of: (value: number, error: number) => Estimate | null): LikenessEstimates {
    return {
      overall: overall === null ? null : of(overall, Math.sqrt(this.#overall)),
      byClass: Array.from(byClass, (value, truth) => of(value, Math.sqrt(this.#byClass[truth] ?? NaN))),
    };
  }
}

/** What was kept of the teacher's dark knowledge: by the student, by its baseline, and by the first more than by the second. */
export interface Kept {
  readonly student: LikenessEstimates;
  readonly baseline: LikenessEstimates | null;
  /** Student less baseline, paired: over the same examples, with the same teacher. */
  readonly difference: LikenessEstimates | null;
}

/** Soft labels of one example, [classes] each. */
export interface KeptRow extends SoftPair {
  /** Null where there is no baseline. */
  readonly baseline: ArrayLike<number> | null;
}

/** Takes the soft labels of all examples whose class averages are known, in any number of pieces, and says what was kept. */
export class KeptTally {
  readonly #student: LikenessPulls;
  readonly #baseline: LikenessPulls | null;
  readonly #variance: {
    readonly student: PullVariance;
    readonly baseline: PullVariance;
    readonly difference: PullVariance;
  };

  /** @param support examples of each class, [classes] */
  constructor({
    teacher,
    student,
    baseline,
    support,
  }: {
    teacher: WrongClasses;
    student: WrongClasses;
    baseline: WrongClasses | null;
    support: ArrayLike<number>;
  }) {
    this.#student = new LikenessPulls(teacher, student);
    this.#baseline = baseline === null ? null : new LikenessPulls(teacher, baseline);
    this.#variance = {
      student: new PullVariance(support),
      baseline: new PullVariance(support),
      difference: new PullVariance(support),
    };
  }

  add({ truth, teacher, student, baseline }: KeptRow): void {
    const ofStudent = this.#student.of({ truth, teacher, student });
    this.#variance.student.add(ofStudent, truth);
    if (this.#baseline === null || baseline === null) return;
    const ofBaseline = this.#baseline.of({ truth, teacher, student: baseline });
    this.#variance.baseline.add(ofBaseline, truth);
    const difference = {
      overall: ofStudent.overall - ofBaseline.overall,
      ofClass: ofStudent.ofClass - ofBaseline.ofClass,
    };
    this.#variance.difference.add(difference, truth);
  }

  /** Of the examples so far, which should be all. */
  get result(): Kept {
    const own = this.#student.likeness;
    const other = this.#baseline?.likeness ?? null;
    return {
      student: this.#variance.student.estimates(own, estimateOfCorrelation),
      baseline: other === null ? null : this.#variance.baseline.estimates(other, estimateOfCorrelation),
      difference:
        other === null ? null : this.#variance.difference.estimates(differenceOf(own, other), estimateOfDifference),
    };
  }
}

/** Likeness to the teacher of one model less that of another. */
function differenceOf(student: Likeness, baseline: Likeness): Likeness {
  const [own, other] = [student.overall, baseline.overall];
  return {
    overall: own === null || other === null ? null : own - other,
    byClass: student.byClass.map((value, truth) => value - (baseline.byClass[truth] ?? NaN)),
  };
}

/** 97.5 % of a normal distribution lie below so many standard deviations. */
const quantile = 1.959963984540054;

/** By Fisher's z, which keeps the interval between −1 and 1. */
function estimateOfCorrelation(value: number, error: number): Estimate | null {
  if (Number.isNaN(value) || !Number.isFinite(error)) return null;
  const slack = 1 - value * value;
  if (slack <= 0) return { value, interval: { low: value, high: value } };
  const [z, width] = [Math.atanh(value), (quantile * error) / slack];
  return { value, interval: { low: Math.tanh(z - width), high: Math.tanh(z + width) } };
}

function estimateOfDifference(value: number, error: number): Estimate | null {
  if (Number.isNaN(value) || !Number.isFinite(error)) return null;
  return { value, interval: { low: value - quantile * error, high: value + quantile * error } };
}
