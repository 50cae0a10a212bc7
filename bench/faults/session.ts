import type { BenchRow } from '../table.js';
import type { Kind } from './kind.js';
import { Trial } from './trial.js';
import { createWorld, type World } from './world.js';

/** What became of a trial. */
export interface Verdict {
  readonly kind: string;
  readonly number: number;
  readonly folder: string;
  /** Null where everything held; the folder is deleted then. */
  readonly problem: string | null;
  /** What was done, in order. */
  readonly notes: readonly string[];
}

/** The short form makes the trials that each kind says; the long form goes round and round for so many seconds. */
export type Form = { readonly kind: 'short' } | { readonly kind: 'long'; readonly seconds: number };

export interface SessionOptions {
  readonly seed: number;
  readonly root: string;
  readonly form: Form;
  /** The number of the only trial that is made. */
  readonly only: number | null;
  /** Trials at a time: each keeps one processor busy, and sometimes two. */
  readonly parallel: number;
  readonly onVerdict: (verdict: Verdict) => void;
}

type Tally = { -readonly [Key in keyof BenchRow]: BenchRow[Key] };

/**
 * Makes the trials of some kinds of faults, round after round, a few at a time. What one trial does depends on seed,
 * kind and number alone.
 */
export async function attemptAll(
  kinds: readonly Kind[],
  { seed, root, form, only, parallel, onVerdict }: SessionOptions,
): Promise<{ rows: readonly BenchRow[]; failures: number; seconds: number }> {
  const begun = performance.now();
  const seconds = (): number => (performance.now() - begun) / 1000;
  const lines = kinds.map((kind): Line => {
    const reason = kind.unavailable?.() ?? null;
    const row = { kind: kind.name, tried: 0, held: 0, worstSeconds: 0, worstBytes: 0 };
    return { kind, row: reason === null ? row : { ...row, notTested: reason } };
  });
  const possible = lines.filter(({ row }) => row.notTested === undefined);
  const world = await createWorld(root, seed);
  const isTime = (): boolean => form.kind === 'short' || seconds() < form.seconds;
  const trials =
    only === null
      ? rounds(possible, { form, isTime })
      : possible.map((line) => ({ line, number: only }))[Symbol.iterator]();
  let failures = 0;
  const work = async (): Promise<void> => {
    for (let next = trials.next(); next.done !== true; next = trials.next()) {
      const { line, number } = next.value;
      const verdict = await attempt(line.kind, { world, number, row: line.row });
      if (verdict.problem !== null) failures++;
      onVerdict(verdict);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return { rows: lines.map(({ row }) => row), failures, seconds: seconds() };
}

interface Line {
  readonly kind: Kind;
  readonly row: Tally;
}

function* rounds(
  lines: readonly Line[],
  { form, isTime }: { form: Form; isTime: () => boolean },
): Generator<{ line: Line; number: number }, undefined> {
  const last = form.kind === 'long' ? Infinity : Math.max(0, ...lines.map(({ kind }) => kind.short));
  if (lines.length === 0) return;
  for (let number = 0; number < last; number++) {
    for (const line of lines) {
      if (!isTime()) return;
      if (form.kind === 'long' || number < line.kind.short) yield { line, number };
    }
  }
}

async function attempt(
  kind: Kind,
  { world, number, row }: { world: World; number: number; row: Tally },
): Promise<Verdict> {
  const trial = new Trial(world, { kind: kind.name, number });
  let problem: string | null = null;
  try {
    await kind.attempt(trial);
  } catch (error) {
    problem = wordsOf(error);
  }
  try {
    trial.end();
  } catch (error) {
    problem ??= wordsOf(error);
  }
  row.tried += trial.tried;
  // One of many at once that did not hold is one that did not.
  row.held += problem === null ? trial.tried : trial.tried - 1;
  row.worstSeconds = Math.max(row.worstSeconds, trial.worstSeconds);
  row.worstBytes = Math.max(row.worstBytes, trial.worstBytes);
  if (problem === null) trial.delete();
  return { kind: kind.name, number, folder: trial.folder, problem, notes: trial.notes };
}

/** What did not hold in words; a defect of the bench itself with its place. */
const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Broken' ? error.message : (error.stack ?? error.message);
};
