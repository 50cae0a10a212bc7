import { noAnswer, predictions } from '../../src/core/evaluation/evaluation.js';
import { ProblemError } from '../../src/core/problem.js';
import type { EnsembleMean } from '../../src/core/losses/softmax.js';
import type { Role } from '../../src/core/spec/spec.js';
import type { LogitsAnswer } from '../../src/panel/protocol.js';
import { partOf, parts } from '../parts/partition.js';
import { RowSoftener, type Logits } from '../sums/rowSoftener.js';

/** One column of the view: a run's answers, or the mean of several teachers'. */
export interface Answerer {
  readonly role: Role;
  /** Averaged as probabilities, each [n, classes]. */
  readonly members: readonly Logits[];
  /** Its answers, [n]: the most likely class at T = 1; `noAnswer` where a logit is not finite. */
  readonly predicted: Int32Array;
}

/** All that was answered about one split, ready to be softened. */
export interface Examples {
  readonly n: number;
  readonly classes: number;
  readonly labels: Int32Array;
  /** The run in question. */
  readonly subject: Answerer;
  /** Null where it learned from no teacher. */
  readonly teacher: Answerer | null;
  readonly baseline: Answerer | null;
  /** Index into `parts` of each example, [n], the teacher the first of the two; null without a teacher. */
  readonly part: Uint8Array | null;
}

/**
 * Puts the answers of a run, of its teachers and of its baseline side by side.
 * @throws ProblemError `other-examples` where they were not asked about the same examples
 */
export function examplesOf({
  subject,
  role,
  teachers,
  ensemble,
  baseline,
}: {
  subject: LogitsAnswer;
  role: Role;
  teachers: readonly LogitsAnswer[];
  ensemble: EnsembleMean;
  baseline: LogitsAnswer | null;
}): Examples {
  const { n, classes, labels } = subject;
  for (const teacher of teachers) checkSameExamples(subject, teacher, 'teacher');
  if (baseline !== null) checkSameExamples(subject, baseline, 'baseline');
  const answerer = (of: Role, members: readonly Logits[]): Answerer => ({
    role: of,
    members,
    predicted: answersOf({ members, n, classes }),
  });
  const student = answerer(role, [subject.logits]);
  const teacherLogits = teachers.map(({ logits }) => logits);
  const teacher =
    teacherLogits.length === 0
      ? null
      : answerer('teacher', ensemble === 'logits' ? [meanOf(teacherLogits)] : teacherLogits);
  return {
    n,
    classes,
    labels,
    subject: student,
    teacher,
    baseline: baseline === null ? null : answerer('baseline', [baseline.logits]),
    part:
      teacher === null
        ? null
        : Uint8Array.from(labels, (truth, row) =>
            parts.indexOf(partOf({ truth, first: teacher.predicted[row], second: student.predicted[row] })),
          ),
  };
}

/** The columns to show: teacher, the run in question, baseline. */
export function columnsOf({ teacher, subject, baseline }: Examples): Answerer[] {
  return [teacher, subject, baseline].filter((column) => column !== null);
}

function answersOf({ members, n, classes }: { members: readonly Logits[]; n: number; classes: number }): Int32Array {
  const [logits, ...others] = members;
  // Of one model no exponential is needed, which matters where there are 50 million logits.
  if (logits !== undefined && others.length === 0) return predictions({ logits, classes });
  const result = new Int32Array(n).fill(noAnswer);
  const softener = new RowSoftener(members, classes);
  for (let row = 0; row < n; row++) result[row] = softener.soften({ row, temperature: 1 });
  return result;
}

function meanOf(logits: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(logits[0]?.length ?? 0);
  for (const one of logits) for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? NaN) + (one[i] ?? NaN);
  for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? NaN) / logits.length;
  return mean;
}

function checkSameExamples(subject: LogitsAnswer, other: LogitsAnswer, role: Role): void {
  const alike =
    other.n === subject.n &&
    other.classes === subject.classes &&
    other.labels.every((label, row) => label === subject.labels[row]);
  if (alike) return;
  throw new ProblemError({
    code: 'other-examples',
    message: `The ${role} was evaluated on other examples than this run: ${other.n} of ${other.classes} classes, here ${subject.n} of ${subject.classes}, or with other labels.`,
    fix: 'Compare runs of one data set with the same limit and validation split.',
  });
}
