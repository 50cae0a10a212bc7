import { methods, correctedReach, type Method } from './methods.js';
import type { Size, World } from './worlds.js';

/** Shares of sweeps, 0 … 1. */
export interface Rates {
  /** That are told to be better than the baseline. */
  readonly better: number;
  readonly worse: number;
  /** That are told to be better of the first configuration, which is the one that gains where one does. */
  readonly right: number;
}

/** How often each method tells what, over so many sweeps of a world; null of one that the world has nothing for. */
export function ratesOf(world: World, { sweeps }: { readonly sweeps: number }): Map<Method, Rates | null> {
  const counts = methods.map(() => ({ told: 0, better: 0, worse: 0, right: 0 }));
  for (let number = 0; number < sweeps; number++) {
    const sweep = world.draw(number);
    methods.forEach((method, index) => {
      const told = method.tell(sweep, world);
      const count = counts[index];
      if (told === null || count === undefined) return;
      count.told++;
      if (told.verdict === 'better') count.better++;
      if (told.verdict === 'worse') count.worse++;
      if (told.verdict === 'better' && told.told === 0) count.right++;
    });
  }
  return new Map(
    methods.map((method, index) => {
      const { told, better, worse, right } = counts[index] ?? { told: 0, better: 0, worse: 0, right: 0 };
      return [method, told === 0 ? null : { better: better / told, worse: worse / told, right: right / told }];
    }),
  );
}

/**
 * How often the corrected interval of the configuration chosen on validation leaves out the difference that all seeds have
 * on all pictures.
 */
export function missedOf(
  world: World,
  { sweeps, differences }: { readonly sweeps: number; readonly differences: readonly number[] },
): number {
  let missed = 0;
  for (let number = 0; number < sweeps; number++) {
    const { validation, test } = world.draw(number);
    const means = validation.map((pairs) =>
      pairs.reduce((sum, { student }) => sum + student.reduce((total, right) => total + right, 0), 0),
    );
    const told = means.indexOf(Math.max(...means));
    const { table, reach } = correctedReach(test, { told, sharesBaseline: world.sharesBaseline });
    if (Math.abs(table.difference - (differences[told] ?? NaN)) > reach) missed++;
  }
  return missed / sweeps;
}

export const size: Size = { configurations: 12, seeds: 3 };
