import { meansOf, type Calibration, type CalibrationBin } from '../../../src/core/evaluation/calibration.js';
import { count, counted, none, percent } from '../../../src/core/words.js';

const share = (value: number | null): string => (value === null ? none : percent(value));

/** `0.0412`; `∞` where a truth was given no probability at all. */
function score(value: number | null): string {
  if (value === null) return none;
  return value === Infinity ? '∞' : value.toPrecision(3);
}

/** What sums a column up, a line each. */
export const calibrationLines: readonly {
  readonly name: string;
  readonly title: string;
  readonly of: (calibration: Calibration) => string;
}[] = [
  {
    name: 'calibration error',
    title:
      'Expected calibration error: how far the confidence of the answers is from the share that is right, on average over 15 bins of equal width (Guo et al. 2017)',
    of: ({ error }) => share(error),
  },
  {
    name: 'log loss',
    title: 'Negative log-likelihood: the mean of −log of the probability of the truth, in nats. Smaller is better',
    of: ({ logLoss }) => score(logLoss),
  },
  {
    name: 'Brier score',
    title: 'Mean squared distance of the soft label from the truth, summed over the classes: 0 to 2. Smaller is better',
    of: ({ brier }) => score(brier),
  },
  {
    name: 'mean confidence',
    title: 'The mean probability of the answers at this temperature',
    of: ({ bins }) => share(meansOf({ bins }).confidence),
  },
  { name: 'right', title: 'The share of answers that is right', of: ({ bins }) => share(meansOf({ bins }).accuracy) },
];

/** `60.0–66.7 %`: the confidences of a bin. */
export function binRange({ low, high }: Pick<CalibrationBin, 'low' | 'high'>): string {
  return `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)} %`;
}

/** `42 examples, on average 63.21 % sure, 58.14 % right`; `no example`. */
export function binWords({ count: rows, confidence, accuracy }: CalibrationBin): string {
  if (confidence === null || accuracy === null) return 'no example';
  return `${counted(rows, 'example')}, on average ${percent(confidence)} sure, ${percent(accuracy)} right`;
}

/** `58.14 % of 42`. */
export function binCell({ count: rows, accuracy }: CalibrationBin): string {
  return accuracy === null ? none : `${percent(accuracy)} of ${count(rows)}`;
}
