/** The examples on which two runs disagree: those that only the first gets wrong, and those that only the second does. */
export interface Discordant {
  readonly onlyFirstWrong: number;
  readonly onlySecondWrong: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Two runs on the same examples. */
export interface PairedComparison extends Discordant {
  readonly examples: number;
  readonly firstErrors: number;
  readonly secondErrors: number;
  /** Accuracy of the second less that of the first: above 0 where the second is better. */
  readonly accuracyDifference: number;
  /** McNemar's exact two-sided p: how likely so uneven a split of the disagreements is between equals. */
  readonly p: number;
  /** 95 % bootstrap interval of `accuracyDifference`. */
  readonly interval: Interval;
}

/**
 * McNemar's test, exact and two-sided: the probability that of b + c fair coins at most min(b, c) or at least max(b, c)
 * show heads (`scipy.stats.binomtest(b, b + c).pvalue`). 1 where the runs never disagree.
 */
export function mcnemar({ onlyFirstWrong, onlySecondWrong }: Discordant): number {
  checkCounts({ onlyFirstWrong, onlySecondWrong });
  const fewer = Math.min(onlyFirstWrong, onlySecondWrong);
  const n = onlyFirstWrong + onlySecondWrong;
  // log of n choose fewer · 2⁻ⁿ: the number itself may be too small for a float64.
  let logLargest = -n * Math.LN2;
  for (let i = 1; i <= fewer; i++) logLargest += Math.log((n - fewer + i) / i);
  let tail = 1;
  let term = 1;
  for (let k = fewer; k > 0 && term > 0; k--) {
    term *= k / (n - k + 1);
    tail += term;
  }
  return Math.min(1, 2 * Math.exp(logLargest + Math.log(tail)));
}

/**
 * Percentile bootstrap of the difference of accuracy, second less first, over the same examples. Resampling examples
 * moves the difference only through how many disagreements of each kind are drawn, and those counts are multinomial:
 * their distribution is computed here, so this is what a bootstrap of infinitely many resamples would say, and it needs no
 * random numbers.
 * @param level share of the distribution inside: 0.95
 */
export function bootstrapInterval({
  onlyFirstWrong,
  onlySecondWrong,
  examples,
  level = 0.95,
}: Discordant & { examples: number; level?: number }): Interval {
  checkCounts({ onlyFirstWrong, onlySecondWrong });
  const discordant = onlyFirstWrong + onlySecondWrong;
  if (!Number.isInteger(examples) || examples < 1 || discordant > examples) {
    throw new RangeError(`${discordant} disagreements on ${examples} examples`);
  }
  if (!(level > 0 && level < 1)) throw new RangeError(`level ${level}, expected between 0 and 1`);
  if (discordant === 0) return { low: 0, high: 0 };

  const drawn = binomial(examples, discordant / examples);
  const most = drawn.first + drawn.probabilities.length - 1;
  // Difference of the two counts, from −most to most.
  const differences = new Float64Array(2 * most + 1);
  drawn.probabilities.forEach((outer, i) => {
    const count = drawn.first + i;
    const inFavour = binomial(count, onlyFirstWrong / discordant);
    inFavour.probabilities.forEach((inner, j) => {
      const at = most + 2 * (inFavour.first + j) - count;
      differences[at] = (differences[at] ?? NaN) + outer * inner;
    });
  });
  const outside = (1 - level) / 2;
  return {
    low: (quantile(differences, outside) - most) / examples,
    high: (quantile(differences, 1 - outside) - most) / examples,
  };
}

/**
 * Compares two runs by which of their answers are right (1) and which wrong (0), on the same examples in the same order
 * (`rightAnswers`).
 * @throws RangeError where these are not as many
 */
export function compareRight({
  first,
  second,
}: {
  first: ArrayLike<number>;
  second: ArrayLike<number>;
}): PairedComparison {
  const examples = first.length;
  if (second.length !== examples) throw new RangeError(`${examples} and ${second.length} answers`);
  let [onlyFirstWrong, onlySecondWrong, bothWrong] = [0, 0, 0];
  for (let row = 0; row < examples; row++) {
    const [firstWrong, secondWrong] = [first[row] === 0, second[row] === 0];
    if (firstWrong && secondWrong) bothWrong++;
    else if (firstWrong) onlyFirstWrong++;
    else if (secondWrong) onlySecondWrong++;
  }
  const discordant = { onlyFirstWrong, onlySecondWrong };
  return {
    examples,
    firstErrors: bothWrong + onlyFirstWrong,
    secondErrors: bothWrong + onlySecondWrong,
    ...discordant,
    accuracyDifference: (onlyFirstWrong - onlySecondWrong) / examples,
    p: mcnemar(discordant),
    interval: bootstrapInterval({ ...discordant, examples }),
  };
}

function checkCounts({ onlyFirstWrong, onlySecondWrong }: Discordant): void {
  for (const count of [onlyFirstWrong, onlySecondWrong]) {
    if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${count} is no number of examples`);
  }
}

/** Far below what a quantile can notice. */
const negligible = 1e-18;

/** Probabilities of `first`, `first` + 1, … successes of n; those that matter, from the likeliest number outwards. */
function binomial(n: number, p: number): { first: number; probabilities: number[] } {
  if (p === 1) return { first: n, probabilities: [1] };
  const odds = p / (1 - p);
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const below: number[] = [];
  for (let k = mode, term = 1; k > 0; k--) {
    term *= k / ((n - k + 1) * odds);
    if (term < negligible) break;
    below.push(term);
  }
  const above: number[] = [];
  for (let k = mode, term = 1; k < n; k++) {
    term *= ((n - k) / (k + 1)) * odds;
    if (term < negligible) break;
    above.push(term);
  }
  const weights = [...below.reverse(), 1, ...above];
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return { first: mode - below.length, probabilities: weights.map((weight) => weight / sum) };
}

/** The first index up to which at least `share` of the whole lies. */
function quantile(probabilities: Float64Array, share: number): number {
  let sum = 0;
  for (const [index, probability] of probabilities.entries()) {
    sum += probability;
    if (sum >= share) return index;
  }
  return probabilities.length - 1;
}
