import { type EnsembleMean, logSoftmaxRow, rowCount, softLabelRow } from './softmax.js';

/**
 * What teachers and student say of each example at T, as logarithms: p of the teachers together, q of the student. A
 * row at a time, for the logarithms of 50,000 examples of 1,000 classes would fill the memory.
 */
export interface SoftRows {
  readonly n: number;
  readonly classes: number;
  /** log p and log q of an example, [classes] each. Views: valid until the next call. */
  at(row: number): { readonly teacher: Float64Array; readonly student: Float64Array };
}

/**
 * @param teachers logits of each, [n, classes]
 * @param student logits, [n, classes]
 * @throws RangeError where they do not belong together
 */
export function softRows({
  teachers,
  student,
  classes,
  temperature,
  ensemble = 'probabilities',
}: {
  teachers: readonly ArrayLike<number>[];
  student: ArrayLike<number>;
  classes: number;
  temperature: number;
  ensemble?: EnsembleMean;
}): SoftRows {
  const n = rowCount({ logits: student, classes });
  const softLabels = softLabelRow({ teachers, classes, temperature, ensemble });
  const [first] = teachers;
  if (first?.length !== student.length) {
    throw new RangeError(`${first?.length ?? 0} logits of the teacher, ${student.length} of the student`);
  }
  const row = { teacher: new Float64Array(classes), student: new Float64Array(classes) };
  return {
    n,
    classes,
    at: (index) => {
      softLabels(index, { out: row.teacher, to: 0 });
      logSoftmaxRow(student, { start: index * classes, classes, temperature }, { out: row.student, to: 0 });
      return row;
    },
  };
}
