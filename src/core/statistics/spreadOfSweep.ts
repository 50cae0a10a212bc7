import type { SeedSpread } from './crossedTest.js';

/** The runs of a sweep that share a baseline: share of right answers, by seed in the same order, [S]. */
export interface SweptAccuracies {
  readonly baseline: ArrayLike<number>;
  readonly students: readonly ArrayLike<number>[];
}

/**
 * How much seeds move a difference from the baseline, by all configurations of a sweep together: twice the mean square of
 * the interaction of configuration and seed, with C·(S − 1) degrees of freedom, where each alone has S − 1. Of one
 * configuration it is its own mean square. It takes the seeds to move all configurations about as much, as the analysis of
 * variance does (Dunnett 1955; in studies of readers and cases Dorfman, Berbaum and Metz 1992).
 * @param pictures N, on which the accuracies were found
 * @throws RangeError for fewer than two seeds, or numbers of them that differ
 */
export function spreadOfSweep(groups: readonly SweptAccuracies[], { pictures }: { pictures: number }): SeedSpread {
  let [squares, degrees] = [0, 0];
  for (const { baseline, students } of groups) {
    const runs = [baseline, ...students];
    const seeds = baseline.length;
    if (seeds < 2 || students.length === 0 || runs.some(({ length }) => length !== seeds)) {
      throw new RangeError(
        `${runs.map(({ length }) => length).join(', ')} seeds, expected as many of each, and two at least`,
      );
    }
    const ofRuns = runs.map(mean);
    const ofSeeds = Array.from({ length: seeds }, (_, seed) => mean(runs.map((run) => run[seed] ?? NaN)));
    const ofAll = mean(ofRuns);
    runs.forEach((run, row) => {
      ofSeeds.forEach((ofSeed, seed) => {
        squares += ((run[seed] ?? NaN) - (ofRuns[row] ?? NaN) - ofSeed + ofAll) ** 2;
      });
    });
    degrees += students.length * (seeds - 1);
  }
  return { meanSquare: (2 * pictures * squares) / degrees, degrees };
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? NaN;
  return sum / values.length;
}
