/** Student and baseline of one seed on the same pictures: 1 where the answer is right, 0 where it is wrong, [pictures]. */
export interface SeedPair {
  readonly student: ArrayLike<number>;
  readonly baseline: ArrayLike<number>;
}

/**
 * The table of differences, pictures × seeds, student less baseline (−1, 0 or 1), as its analysis of variance. With the
 * model δ + picture + seed + the rest, the mean squares are worth σ² + S·σ²(picture), σ² + N·σ²(seed) and σ².
 */
export interface CrossedTable {
  /** N. */
  readonly pictures: number;
  /** S. */
  readonly seeds: number;
  /** Mean of the table: accuracy of the students less that of the baselines. */
  readonly difference: number;
  /** The same of each seed, [S]. */
  readonly bySeed: readonly number[];
  /** Mean square of the pictures, N − 1 degrees of freedom. */
  readonly ofPictures: number;
  /** Mean square of the seeds, S − 1 degrees of freedom; NaN of one seed. */
  readonly ofSeeds: number;
  /** Mean square of the rest, (N − 1)(S − 1) degrees of freedom; NaN of one seed. */
  readonly ofRest: number;
}

/** @throws RangeError where there are fewer than two pictures, or not as many of each seed */
export function crossedTable(pairs: readonly SeedPair[]): CrossedTable {
  const seeds = pairs.length;
  const pictures = pairs[0]?.student.length ?? 0;
  if (pictures < 2) throw new RangeError(`${seeds} seeds on ${pictures} pictures, expected one and two at least`);
  const sums = new Int32Array(pictures);
  const bySeed: number[] = [];
  let differing = 0;
  for (const { student, baseline } of pairs) {
    if (student.length !== pictures || baseline.length !== pictures) {
      throw new RangeError(`${student.length} and ${baseline.length} answers, expected ${pictures} of each`);
    }
    let sum = 0;
    for (let picture = 0; picture < pictures; picture++) {
      const difference = (student[picture] ?? NaN) - (baseline[picture] ?? NaN);
      sums[picture] = (sums[picture] ?? NaN) + difference;
      sum += difference;
      differing += difference * difference;
    }
    bySeed.push(sum / pictures);
  }
  const cells = pictures * seeds;
  const difference = bySeed.reduce((sum, each) => sum + each, 0) / seeds;
  const ofMean = cells * difference * difference;
  const squaredSums = sums.reduce((total, sum) => total + sum * sum, 0);
  const picturesSquares = squaredSums / seeds - ofMean;
  const seedsSquares = pictures * bySeed.reduce((total, each) => total + (each - difference) ** 2, 0);
  const restSquares = differing - ofMean - picturesSquares - seedsSquares;
  return {
    ...{ pictures, seeds, difference, bySeed },
    ofPictures: picturesSquares / (pictures - 1),
    ofSeeds: seedsSquares / (seeds - 1),
    // Of seeds that differ nowhere rounding may leave less than nothing.
    ofRest: Math.max(0, restSquares) / ((pictures - 1) * (seeds - 1)),
  };
}
