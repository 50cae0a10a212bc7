import type { BenchRow } from '../table.js';
import type { Kind } from './kind.js';
import { Trial } from './trial.js';
import { createWorld, type World } from './world.js';

export interface Failure {
  readonly kind: string;
  readonly number: number;
  readonly folder: string;
  readonly problem: string;
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
  readonly onFailure: (failure: Failure) => void;
}

type Tally = { -readonly [Key in keyof BenchRow]: BenchRow[Key] };

/** Makes the trials of some kinds of faults, one after another. What one trial does depends on seed, kind and number. */
export async function attemptAll(
  kinds: readonly Kind[],
  { seed, root, form, only, onFailure }: SessionOptions,
): Promise<{ rows: readonly BenchRow[]; failures: number; seconds: number }> {
  const begun = performance.now();
  const seconds = (): number => (performance.now() - begun) / 1000;
  const tallies = kinds.map((kind): { kind: Kind; row: Tally } => {
    const reason = kind.unavailable?.() ?? null;
    const row = { kind: kind.name, tried: 0, held: 0, worstSeconds: 0, worstBytes: 0 };
    return { kind, row: reason === null ? row : { ...row, notTested: reason } };
  });
  const possible = tallies.filter(({ row }) => row.notTested === undefined);
  const world = await createWorld(root, seed);
  let failures = 0;
  const isOver = (number: number): boolean =>
    only === null
      ? form.kind === 'short'
        ? possible.every(({ kind }) => number >= kind.short)
        : seconds() > form.seconds
      : number > only;
  for (let number = only ?? 0; possible.length > 0 && !isOver(number); number++) {
    for (const { kind, row } of possible) {
      const takesPart = only !== null || (form.kind === 'short' ? number < kind.short : seconds() <= form.seconds);
      if (!takesPart) continue;
      const failure = await attempt(kind, { world, number, row });
      if (failure === null) continue;
      failures++;
      onFailure(failure);
    }
  }
  return { rows: tallies.map(({ row }) => row), failures, seconds: seconds() };
}

async function attempt(
  kind: Kind,
  { world, number, row }: { world: World; number: number; row: Tally },
): Promise<Failure | null> {
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
  if (problem === null) {
    trial.delete();
    return null;
  }
  return { kind: kind.name, number, folder: trial.folder, problem, notes: trial.notes };
}

/** What did not hold in words; a defect of the bench itself with its place. */
const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Broken' ? error.message : (error.stack ?? error.message);
};
