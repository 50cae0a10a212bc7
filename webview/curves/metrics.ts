import {
  everLogged,
  metrics,
  metricsOf as metricsFrom,
  type Metric,
  type MetricName,
  type Unit,
} from '../../src/core/metrics.js';
import { assertNever } from '../../src/core/problem.js';
import { count, loss, none, proportion } from '../../src/core/words.js';
import type { EpochEntry } from '../../src/panel/protocol.js';
import type { Metrics } from '../../src/run/log/entry.js';
import type { CurveName } from '../curveData.js';
import type { AxisScale } from './scene/axisScale.js';
import type { Range } from './scene/range.js';

/** A chart for each metric that is drawn over the steps, and one of the answers, which a person counts in one of two ways. */
export type ChartName = 'answers' | DrawnMetric;
export const chartNames: readonly ChartName[] = metricsFrom('step', 'rate', 'device', 'curves').flatMap((name) => {
  if (!isDrawn(name)) return [];
  return name === 'loss' ? [name, 'answers' as const] : [name];
});

type DrawnMetric = Exclude<CurveName, 'distillationGradient' | 'studentGradient'>;
function isDrawn(name: CurveName): name is DrawnMetric {
  const metric: Metric = metrics[name];
  return metric.of !== 'step' || metric.hasNoChart !== true;
}

/** How answers are judged: share of right ones, or number of wrong ones. */
export const answerMeasures = ['errors', 'accuracy'] as const;
export type AnswerMeasure = (typeof answerMeasures)[number];

/** What of a run a curve shows. */
export type Split = 'train' | 'validation' | 'test';

export interface ChartSubject {
  readonly title: string;
  readonly help: string;
  /** What is logged at every step. */
  readonly column: CurveName | null;
  /** What stands in for it in runs that never log it. */
  readonly otherwise: CurveName | null;
  /** Values at the ends of epochs. */
  readonly ofEpoch: (metrics: Metrics) => number | undefined;
  readonly epochParts: readonly Split[];
  /** Whether a teacher is a level line: the student is measured against what the teacher reached. */
  readonly level: boolean;
  readonly format: (value: number) => string;
  /** Of a quantity with bounds: the whole of them is shown until a person zooms. */
  readonly range?: Range;
  /** What its line parts, where that needs to be said. */
  readonly key?: string;
  /** What else is read out where the cursor stands. */
  readonly beside?: readonly {
    readonly word: string;
    readonly column: CurveName;
    readonly format: (value: number) => string;
  }[];
}

const nothing = (): undefined => undefined;

/** What a chart shows, and how its numbers are written. */
export function subjectOf(name: ChartName, answers: AnswerMeasure): ChartSubject {
  if (name === 'answers') return answers === 'errors' ? errors : accuracy;
  return { ...overSteps(name), ...special[name] };
}

/** What every run has, or has under another name. */
export const inEveryRun = ['distillationLoss', 'studentLoss', ...everLogged] as const;

/** Of what only some runs log: the chart is there where one does. */
export const isOptional = (name: ChartName): name is Exclude<ChartName, 'answers' | (typeof inEveryRun)[number]> =>
  name !== 'answers' && !inEveryRun.some((each) => each === name);

/** Of a metric of steps as the table has it. */
function overSteps(name: DrawnMetric): ChartSubject {
  return {
    ...described(name),
    column: name,
    otherwise: null,
    ofEpoch: nothing,
    epochParts: [],
    level: false,
  };
}

/** How a metric is called, explained and written. */
function described(name: MetricName): Pick<ChartSubject, 'title' | 'help' | 'format'> {
  const { title, help, unit, better }: Metric = metrics[name];
  return { title, help: better === null ? help : `${help} ${betterWords[better]}`, format: formats[unit] };
}

const betterWords = { up: 'Higher is better.', down: 'Lower is better.' };

const known =
  (format: (value: number) => string) =>
  (value: number): string =>
    Number.isFinite(value) ? format(value) : none;

const formats: Readonly<Record<Unit, (value: number) => string>> = {
  loss,
  gradient: loss,
  share: proportion,
  cosine: proportion,
  count: known(count),
  rate: known(count),
  number: known((value) => String(Number(value.toPrecision(4)))),
  percent: known((value) => `${value.toFixed(0)} %`),
  bytes: known((value) => `${(value / 1e9).toFixed(2)} GB`),
  celsius: known((value) => `${value.toFixed(0)} °C`),
  watts: known((value) => `${value.toFixed(0)} W`),
};

/** Losses fall over decades, counts and shares do not. */
export const scaleOf = (name: ChartName): AxisScale =>
  name !== 'answers' && metrics[name].unit === 'loss' ? 'log' : 'linear';

/** What charts show besides their column. */
const special: Readonly<Partial<Record<DrawnMetric, Partial<ChartSubject>>>> = {
  loss: { ofEpoch: ({ loss }) => loss, epochParts: ['validation', 'test'] },
  distillationLoss: { ofEpoch: ({ distillationLoss }) => distillationLoss, epochParts: ['validation', 'test'] },
  studentLoss: {
    otherwise: 'loss',
    ofEpoch: ({ studentLoss, distillationLoss, loss }) =>
      studentLoss ?? (distillationLoss === undefined ? loss : undefined),
    epochParts: ['validation', 'test'],
    level: true,
  },
  gradientShare: {
    range: { min: 0, max: 1 },
    key: 'below the line: distillation, above: student loss',
    beside: [
      { word: 'distillation', column: 'distillationGradient', format: loss },
      { word: 'student', column: 'studentGradient', format: loss },
      { word: 'cosine', column: 'gradientCosine', format: proportion },
    ],
  },
  gradientCosine: { range: { min: -1, max: 1 }, key: '1: the terms agree, −1: they pull against each other' },
};

const errors: ChartSubject = {
  ...described('errors'),
  column: null,
  otherwise: null,
  ofEpoch: ({ errors }) => errors,
  epochParts: ['validation', 'test'],
  level: true,
};

const accuracy: ChartSubject = {
  ...described('accuracy'),
  column: null,
  otherwise: null,
  ofEpoch: ({ accuracy }) => 100 * accuracy,
  epochParts: ['train', 'validation', 'test'],
  level: true,
  format: known((value) => `${value.toFixed(2)} %`),
};

/** Metrics of one part of an epoch; undefined where it was not evaluated. */
export function metricsOf(epoch: EpochEntry, part: Split): Metrics | undefined {
  switch (part) {
    case 'train':
      return epoch.train;
    case 'validation':
      return epoch.validation;
    case 'test':
      return epoch.test;
    default:
      return assertNever(part);
  }
}
