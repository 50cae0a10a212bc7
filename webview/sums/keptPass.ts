import { WrongClasses } from '../../src/core/evaluation/darkKnowledge.js';
import { KeptTally, type Kept } from '../../src/core/evaluation/keptKnowledge.js';
import type { Answerer, Examples } from '../softLabels/examples.js';
import { OverallPass, type Overall } from './overall.js';
import { RowSoftener } from './rowSoftener.js';

/**
 * What student and baseline kept of the teacher's dark knowledge at one temperature, with intervals: a pass over the split
 * for the baseline's class averages, and another for what each example does to the figures. It can be made in pieces.
 */
export class KeptPass {
  readonly #teacher: RowSoftener;
  readonly #student: RowSoftener;
  readonly #baseline: RowSoftener | null;
  readonly #ofBaseline: OverallPass | null;
  #tally: KeptTally | null = null;
  #row = 0;

  /** @param overall of the same examples, with a teacher; its baseline does not matter */
  constructor(
    private readonly examples: Examples & { readonly teacher: Answerer },
    private readonly overall: Overall & { readonly teacher: NonNullable<Overall['teacher']> },
  ) {
    const { classes, teacher, subject, baseline } = examples;
    const softener = ({ members }: Answerer): RowSoftener => new RowSoftener(members, classes);
    this.#teacher = softener(teacher);
    this.#student = softener(subject);
    this.#baseline = baseline === null ? null : softener(baseline);
    const alone = { ...examples, teacher: null, baseline: null };
    this.#ofBaseline = baseline === null ? null : new OverallPass({ ...alone, subject: baseline }, overall.temperature);
  }

  /** Takes in up to `rows` more rows. @returns the result when all are done, else null */
  advance(rows: number): Kept | null {
    this.#tally ??= this.#begin(rows);
    const tally = this.#tally;
    if (tally === null) return null;
    const { n, labels } = this.examples;
    const { temperature } = this.overall;
    const to = Math.min(n, this.#row + rows);
    for (let row = this.#row; row < to; row++) {
      for (const softener of [this.#teacher, this.#student, this.#baseline]) softener?.soften({ row, temperature });
      tally.add({
        truth: labels[row] ?? 0,
        teacher: this.#teacher.soft,
        student: this.#student.soft,
        baseline: this.#baseline?.soft ?? null,
      });
    }
    this.#row = to;
    return to < n ? null : tally.result;
  }

  /** @returns null while the baseline's class averages are not known */
  #begin(rows: number): KeptTally | null {
    const { classes, labels } = this.examples;
    const baseline = this.#ofBaseline?.advance(rows) ?? null;
    if (this.#ofBaseline !== null && baseline === null) return null;
    const support = new Int32Array(classes);
    for (const label of labels) support[label] = (support[label] ?? 0) + 1;
    return new KeptTally({
      teacher: new WrongClasses(this.overall.teacher.matrix, classes),
      student: new WrongClasses(this.overall.subject.matrix, classes),
      baseline: baseline === null ? null : new WrongClasses(baseline.subject.matrix, classes),
      support,
    });
  }
}
