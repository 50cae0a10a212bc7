/**
 * How much of the teacher's view of the classes the student kept: the Pearson correlation of the off-diagonal cells of
 * their class-average soft label matrices, [classes, classes] (`classAverageSoftLabels`). 1: what the teacher finds more
 * alike the student does too, in proportion; 0: no relation. Rows of classes that never occur are left out.
 * Null where there is no telling: fewer than two cells, or no difference between them.
 */
export function offDiagonalCorrelation({
  teacher,
  student,
  classes,
}: {
  teacher: ArrayLike<number>;
  student: ArrayLike<number>;
  classes: number;
}): number | null {
  const cells = classes * classes;
  if (teacher.length !== cells || student.length !== cells) {
    throw new RangeError(`matrices of ${teacher.length} and of ${student.length} cells, expected ${cells}`);
  }
  let n = 0;
  let teacherMean = 0;
  let studentMean = 0;
  let covariance = 0;
  let teacherVariance = 0;
  let studentVariance = 0;
  for (let cell = 0; cell < cells; cell++) {
    if (cell % (classes + 1) === 0) continue;
    const x = teacher[cell] ?? NaN;
    const y = student[cell] ?? NaN;
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    // Welford's sums: means of numbers near 0 would cancel otherwise.
    n++;
    const dx = x - teacherMean;
    const dy = y - studentMean;
    teacherMean += dx / n;
    studentMean += dy / n;
    covariance += dx * (y - studentMean);
    teacherVariance += dx * (x - teacherMean);
    studentVariance += dy * (y - studentMean);
  }
  if (n < 2 || !(teacherVariance > 0) || !(studentVariance > 0)) return null;
  return covariance / Math.sqrt(teacherVariance * studentVariance);
}
