import type { EnsembleMean } from '../../src/core/losses/softmax.js';
import { ProblemError } from '../../src/core/problem.js';
import type { Role } from '../../src/core/spec/spec.js';
import type { StoredLogits } from '../logitsCache.js';
import { partOf, parts } from '../parts/partition.js';
import type { LogitsId, ModelColumn, Split } from '../sums/protocol.js';
import type { Sums } from '../sums/sums.js';

/** One column of the view: a run's answers, or the mean of several teachers'. */
export interface Answerer extends ModelColumn {
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
export async function examplesOf(
  sums: Pick<Sums, 'ask'>,
  {
    subject,
    role,
    teachers,
    ensemble,
    baseline,
  }: {
    subject: StoredLogits;
    role: Role;
    teachers: readonly StoredLogits[];
    ensemble: EnsembleMean;
    baseline: StoredLogits | null;
  },
): Promise<Examples> {
  const { n, classes, labels } = subject;
  for (const teacher of teachers) checkSameExamples(subject, teacher, 'teacher');
  if (baseline !== null) checkSameExamples(subject, baseline, 'baseline');
  const answerer = async (of: Role, members: readonly [LogitsId, ...LogitsId[]]): Promise<Answerer> => {
    const model = { members, ensemble };
    return { role: of, model, predicted: await sums.ask('predictions', model) };
  };
  const [first, ...others] = teachers.map(({ logits }) => logits);
  const [student, teacher, alone] = await Promise.all([
    answerer(role, [subject.logits]),
    first === undefined ? null : answerer('teacher', [first, ...others]),
    baseline === null ? null : answerer('baseline', [baseline.logits]),
  ]);
  const part =
    teacher === null
      ? null
      : Uint8Array.from(labels, (truth, row) =>
          parts.indexOf(partOf({ truth, first: teacher.predicted[row], second: student.predicted[row] })),
        );
  return { n, classes, labels, subject: student, teacher, baseline: alone, part };
}

/** How the worker knows them. */
export function splitOf({ subject, teacher, baseline }: Examples): Split {
  return {
    subject: modelColumn(subject),
    teacher: teacher === null ? null : modelColumn(teacher),
    baseline: baseline === null ? null : modelColumn(baseline),
  };
}

/** A column without its answers, which the worker does not need. */
export function modelColumn({ role, model }: Answerer): ModelColumn {
  return { role, model };
}

/** The columns to show: teacher, the run in question, baseline. */
export function columnsOf({ teacher, subject, baseline }: Examples): Answerer[] {
  return [teacher, subject, baseline].filter((column) => column !== null);
}

function checkSameExamples(subject: StoredLogits, other: StoredLogits, role: Role): void {
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
