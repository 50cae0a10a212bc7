import { assertNever } from '../../src/core/problem.js';
import { count, loss, none } from '../../src/core/words.js';
import type { EpochEntry } from '../../src/panel/protocol.js';
import { deviceColumnNames, type DeviceColumnName, type StepColumnName } from '../../src/run/steps.js';
import type { Metrics } from '../../src/run/entry.js';

export const chartNames = [
  'loss',
  'answers',
  'distillationLoss',
  'studentLoss',
  'learningRate',
  'examplesPerSecond',
  'gpuUtilization',
  'gpuMemory',
  'gpuTemperature',
  'gpuPower',
] as const;
export type ChartName = (typeof chartNames)[number];

/** How answers are judged: share of right ones, or number of wrong ones. */
export const answerMeasures = ['errors', 'accuracy'] as const;
export type AnswerMeasure = (typeof answerMeasures)[number];

/** What of a run a curve shows. */
export type Part = 'train' | 'validation' | 'test';

export interface ChartSubject {
  readonly title: string;
  readonly help: string;
  /** What is logged at every step. */
  readonly column: StepColumnName | null;
  /** What stands in for it in runs that never log it. */
  readonly otherwise: StepColumnName | null;
  /** Values at the ends of epochs. */
  readonly ofEpoch: (metrics: Metrics) => number | undefined;
  readonly epochParts: readonly Part[];
  /** Whether a teacher is a level line: the student is measured against what the teacher reached. */
  readonly level: boolean;
  readonly format: (value: number) => string;
}

const nothing = (): undefined => undefined;

/** What a chart shows, and how its numbers are written. */
export function subjectOf(name: ChartName, answers: AnswerMeasure): ChartSubject {
  switch (name) {
    case 'loss':
      return {
        title: 'Total loss',
        help: 'What is minimized: α·T²·KL + (1−α)·cross-entropy where there is a teacher.',
        column: 'loss',
        otherwise: null,
        ofEpoch: ({ loss }) => loss,
        epochParts: ['validation', 'test'],
        level: false,
        format: loss,
      };
    case 'distillationLoss':
      return {
        title: 'Distillation loss',
        help: 'How far the student is from the soft labels of its teacher.',
        column: 'distillationLoss',
        otherwise: null,
        ofEpoch: ({ distillationLoss }) => distillationLoss,
        epochParts: ['validation', 'test'],
        level: false,
        format: loss,
      };
    case 'studentLoss':
      return {
        title: 'Student loss',
        help: 'Cross-entropy with the hard labels. Of runs without a teacher it is the whole loss.',
        column: 'studentLoss',
        otherwise: 'loss',
        ofEpoch: ({ studentLoss, distillationLoss, loss }) =>
          studentLoss ?? (distillationLoss === undefined ? loss : undefined),
        epochParts: ['validation', 'test'],
        level: true,
        format: loss,
      };
    case 'answers':
      return answers === 'errors' ? errors : accuracy;
    case 'learningRate':
      return {
        title: 'Learning rate',
        help: 'The factor of each update, by the schedule.',
        column: 'learningRate',
        otherwise: null,
        ofEpoch: nothing,
        epochParts: [],
        level: false,
        format: (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : none),
      };
    case 'examplesPerSecond':
      return {
        title: 'Examples a second',
        help: 'How fast the run trains.',
        column: 'examplesPerSecond',
        otherwise: null,
        ofEpoch: nothing,
        epochParts: [],
        level: false,
        format: (value) => (Number.isFinite(value) ? count(value) : none),
      };
    case 'gpuUtilization':
      return ofCard(
        name,
        'GPU use',
        'Share of the time that the card computed, in per cent.',
        (value) => `${value.toFixed(0)} %`,
      );
    case 'gpuMemory':
      return ofCard(
        name,
        'GPU memory',
        'Memory of the card in use, by all programs.',
        (value) => `${(value / 1e9).toFixed(2)} GB`,
      );
    case 'gpuTemperature':
      return ofCard(name, 'GPU temperature', 'Of the card, in degrees Celsius.', (value) => `${value.toFixed(0)} °C`);
    case 'gpuPower':
      return ofCard(name, 'GPU power', 'What the card draws, in watts.', (value) => `${value.toFixed(0)} W`);
    default:
      return assertNever(name);
  }
}

export const isOfCard = (name: ChartName): name is DeviceColumnName & ChartName =>
  deviceColumnNames.some((column) => column === name);

/** What a card tells every few seconds, and not in every run. */
function ofCard(
  column: DeviceColumnName,
  title: string,
  help: string,
  format: (value: number) => string,
): ChartSubject {
  return {
    title,
    help,
    column,
    otherwise: null,
    ofEpoch: nothing,
    epochParts: [],
    level: false,
    format: (value) => (Number.isFinite(value) ? format(value) : none),
  };
}

const errors: ChartSubject = {
  title: 'Errors',
  help: 'Wrong answers on the test set, and on the validation set where there is one.',
  column: null,
  otherwise: null,
  ofEpoch: ({ errors }) => errors,
  epochParts: ['validation', 'test'],
  level: true,
  format: (value) => (Number.isFinite(value) ? count(value) : none),
};

const accuracy: ChartSubject = {
  title: 'Accuracy',
  help: 'Share of right answers in per cent. Training accuracy is the average over an epoch, as the model learned.',
  column: null,
  otherwise: null,
  ofEpoch: ({ accuracy }) => 100 * accuracy,
  epochParts: ['train', 'validation', 'test'],
  level: true,
  format: (value) => (Number.isFinite(value) ? `${value.toFixed(2)} %` : none),
};

/** Metrics of one part of an epoch; undefined where it was not evaluated. */
export function metricsOf(epoch: EpochEntry, part: Part): Metrics | undefined {
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
