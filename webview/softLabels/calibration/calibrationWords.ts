import { meansOf, type Calibration, type CalibrationBin } from '../../../src/core/evaluation/calibration.js';
import { count, counted, none, percent } from '../../../src/core/words.js';
import { atTemperature } from '../temperature.js';
import type { CalibratedColumn } from './calibratedColumn.js';

const share = (value: number | null): string => (value === null ? none : percent(value));

/** `0.0412`; `∞` where a truth was given no probability at all. */
function score(value: number | null): string {
  if (value === null) return none;
  return value === Infinity ? '∞' : value.toPrecision(3);
}

interface Figure {
  readonly name: string;
  readonly title: string;
  readonly of: (calibration: Calibration) => string;
}

/** What sums a column up: the scores by which models are compared. */
const scores: readonly Figure[] = [
  {
    name: 'calibration error',
    title:
      'Expected calibration error: how far confidence is from accuracy, on average over 15 bins of equal width (Guo et al. 2017)',
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
];

/** What a score comes from. */
const means: readonly Figure[] = [
  {
    name: 'mean confidence',
    title: 'The mean probability of the predicted classes',
    of: ({ bins }) => share(meansOf({ bins }).confidence),
  },
  { name: 'right', title: 'The share of correct predictions', of: ({ bins }) => share(meansOf({ bins }).accuracy) },
];

/** A figure of every column, under the name that says of which temperature it is: nothing added is T = 1. */
export interface FigureLine {
  readonly name: string;
  readonly title: string;
  readonly of: (column: CalibratedColumn) => string;
}

/** The scores at T = 1, and after each the same at the slider's temperature where that is another. */
export function scoreLines(temperature: number): FigureLine[] {
  return scores.flatMap((figure) => linesOf(figure, temperature));
}

/** The scores, the mean confidence and the share that is right, as `scoreLines`. */
export function figureLines(temperature: number): FigureLine[] {
  return [...scores, ...means].flatMap((figure) => linesOf(figure, temperature));
}

function linesOf({ name, title, of }: Figure, temperature: number): FigureLine[] {
  const atOne: FigureLine = {
    name,
    title: `${title}. At T = 1`,
    of: (column) => (column.atOne === null ? '…' : of(column.atOne)),
  };
  if (temperature === 1) return [atOne];
  const at = atTemperature(temperature);
  const atSlider: FigureLine = {
    name: `${name} ${at}`,
    title: `${title}. Of the logits divided by ${Number(temperature.toPrecision(4))}, as the slider says`,
    of: (column) => of(column.atTemperature),
  };
  return [atOne, atSlider];
}

/** `60.0–66.7 %`: the confidences of a bin. */
export function binRange({ low, high }: Pick<CalibrationBin, 'low' | 'high'>): string {
  return `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)} %`;
}

/** `42 examples, mean confidence 63.21 %, accuracy 58.14 %`; `no example`. */
export function binWords({ count: rows, confidence, accuracy }: CalibrationBin): string {
  if (confidence === null || accuracy === null) return 'no example';
  return `${counted(rows, 'example')}, mean confidence ${percent(confidence)}, accuracy ${percent(accuracy)}`;
}

/** `58.14 % of 42`. */
export function binCell({ count: rows, accuracy }: CalibrationBin): string {
  return accuracy === null ? none : `${percent(accuracy)} of ${count(rows)}`;
}
