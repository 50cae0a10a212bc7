import { noAnswer, predictions } from '../../src/core/evaluation/evaluation.js';
import type { Role } from '../../src/core/spec/spec.js';
import { RowSoftener, type Logits } from './rowSoftener.js';
import { eachRow, type Steps } from './steps.js';

/** The logits of one column of Soft labels: of a run, or of several teachers, averaged as probabilities. */
export interface LogitsColumn {
  readonly role: Role;
  /** Each [n, classes]. */
  readonly members: readonly Logits[];
}

/** What all columns said about one split. */
export interface SplitLogits {
  readonly n: number;
  readonly classes: number;
  readonly labels: Int32Array;
  /** The run in question. */
  readonly subject: LogitsColumn;
  /** Null where it learned from no teacher. */
  readonly teacher: LogitsColumn | null;
  readonly baseline: LogitsColumn | null;
}

/** Exponentials that all columns of one row take. */
export function rowCost({ classes, subject, teacher, baseline }: Omit<SplitLogits, 'n' | 'labels'>): number {
  return classes * [subject, teacher, baseline].reduce((sum, column) => sum + (column?.members.length ?? 0), 0);
}

/** The most likely class of each row at T = 1, [n]; `noAnswer` where a logit is not finite. */
export function* answersOf({
  members,
  n,
  classes,
}: {
  readonly members: readonly Logits[];
  readonly n: number;
  readonly classes: number;
}): Steps<Int32Array> {
  const result = new Int32Array(n).fill(noAnswer);
  const [logits, ...others] = members;
  if (logits !== undefined && others.length === 0) {
    // Of one model no exponential is needed, which matters where there are 50 million logits.
    const rows = Math.max(1, Math.floor(1_000_000 / classes));
    for (let from = 0; from < n; from += rows) {
      result.set(predictions({ logits: logits.subarray(from * classes, (from + rows) * classes), classes }), from);
      yield;
    }
    return result;
  }
  const softener = new RowSoftener(members, classes);
  yield* eachRow({ n, cost: classes * members.length }, (row) => {
    result[row] = softener.soften({ row, temperature: 1 });
  });
  return result;
}

/** The mean of logits, in float64. */
export function meanOf(logits: readonly Logits[]): Float64Array {
  const mean = new Float64Array(logits[0]?.length ?? 0);
  for (const one of logits) for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? NaN) + (one[i] ?? NaN);
  for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? NaN) / logits.length;
  return mean;
}
