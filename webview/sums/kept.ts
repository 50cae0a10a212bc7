import { WrongClasses } from '../../src/core/evaluation/darkKnowledge.js';
import { KeptTally, type Kept } from '../../src/core/evaluation/keptKnowledge.js';
import { splitSumsOf, type ColumnResult, type SplitSums } from './splitSums.js';
import { RowSoftener } from './rowSoftener.js';
import { rowCost, type LogitsColumn, type SplitLogits } from './splitLogits.js';
import { eachRow, type Steps } from './steps.js';

/** A split with a teacher's answers. */
export type TaughtSplit = SplitLogits & { readonly teacher: LogitsColumn };

/** One pass over it. */
export type TaughtSums = SplitSums & { readonly teacher: ColumnResult };

/**
 * What student and baseline kept of the teacher's dark knowledge at one temperature, with intervals: a pass over the split
 * for the baseline's class averages, and another for what each example does to the figures.
 * @param sums of the same split; its baseline does not matter
 */
export function* keptOf(split: TaughtSplit, sums: TaughtSums): Steps<Kept> {
  const { temperature } = sums;
  const { n, classes, labels, teacher, subject, baseline } = split;
  const softener = ({ members }: LogitsColumn): RowSoftener => new RowSoftener(members, classes);
  const [ofTeacher, ofStudent] = [softener(teacher), softener(subject)];
  const ofBaseline = baseline === null ? null : softener(baseline);
  const wrong = (matrix: Float64Array): WrongClasses => new WrongClasses(matrix, classes);
  const support = new Int32Array(classes);
  for (const label of labels) support[label] = (support[label] ?? 0) + 1;
  const alone =
    baseline === null
      ? null
      : yield* splitSumsOf({ ...split, teacher: null, baseline: null, subject: baseline }, temperature);
  const tally = new KeptTally({
    teacher: wrong(sums.teacher.matrix),
    student: wrong(sums.subject.matrix),
    baseline: alone === null ? null : wrong(alone.subject.matrix),
    support,
  });
  yield* eachRow({ n, cost: rowCost(split) }, (row) => {
    for (const each of [ofTeacher, ofStudent, ofBaseline]) each?.soften({ row, temperature });
    tally.add({
      truth: labels[row] ?? 0,
      teacher: ofTeacher.soft,
      student: ofStudent.soft,
      baseline: ofBaseline?.soft ?? null,
    });
  });
  return tally.result;
}
