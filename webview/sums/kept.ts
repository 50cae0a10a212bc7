import { WrongClasses } from '../../src/core/evaluation/darkKnowledge.js';
import { KeptTally, type Kept } from '../../src/core/evaluation/keptKnowledge.js';
import { overallOf } from './overall.js';
import { RowSoftener } from './rowSoftener.js';
import { rowCost, type LogitsColumn, type SplitLogits } from './splitLogits.js';
import { eachRow, type Steps } from './steps.js';

/** A split with a teacher's answers. */
export type TaughtSplit = SplitLogits & { readonly teacher: LogitsColumn };

/** The mean soft labels of each true class, [classes, classes]. */
export interface KeptMatrices {
  readonly teacher: Float64Array;
  readonly student: Float64Array;
}

/**
 * What student and baseline kept of the teacher's dark knowledge at one temperature, with intervals: a pass over the split
 * for the baseline's class averages, and another for what each example does to the figures.
 * @param matrices of the same split at the same temperature (`overallOf`)
 */
export function* keptOf(
  split: TaughtSplit,
  { temperature, matrices }: { readonly temperature: number; readonly matrices: KeptMatrices },
): Steps<Kept> {
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
      : yield* overallOf({ ...split, teacher: null, baseline: null, subject: baseline }, temperature);
  const tally = new KeptTally({
    teacher: wrong(matrices.teacher),
    student: wrong(matrices.student),
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
