import { runFolder } from '../../../src/run/folder.js';
import type { RunRecord } from '../../../src/run/record.js';
import type { RunSummary, WholeRun } from '../../../src/host/workspace/listedRun.js';
import { metrics, sampleRecord, sampleSpec } from '../../run/sample.js';

/** A run as lists know it. */
export function listedRun(id: string, { record = {}, summary = {} }: ListedRunChange = {}): WholeRun {
  const base: RunSummary = {
    state: 'finished',
    epoch: 3,
    epochs: 3,
    fraction: 1,
    test: metrics(10),
    isAtChance: false,
    seconds: 60,
    secondsLeft: null,
    problem: null,
    engine: 'onnx/cpu',
    lastTime: 1_000,
  };
  return {
    kind: 'run',
    folder: runFolder(`/w/.distillery/runs/${id}`),
    record: sampleRecord({ id, specHash: id.padEnd(64, '0'), ...record }),
    experimentFile: record.experiment?.file ?? null,
    summary: { ...base, ...summary },
  };
}

export interface ListedRunChange {
  readonly record?: Partial<RunRecord>;
  readonly summary?: Partial<RunSummary>;
}

const experiment = { name: 'MNIST quick', file: '/w/mnist-quick.distill.json' };
const alone = { distill: null, teachers: [] };

/** A teacher, a baseline and a student of one experiment. */
export function family(): { teacher: WholeRun; baseline: WholeRun; student: WholeRun } {
  return {
    teacher: listedRun('1-teacher', {
      record: { experiment, spec: sampleSpec({ role: 'teacher', name: 'teacher', ...alone }) },
    }),
    baseline: listedRun('2-baseline', {
      record: { experiment, spec: sampleSpec({ role: 'baseline', name: 'baseline', ...alone }) },
    }),
    student: listedRun('3-student', {
      record: { experiment, teachers: ['1-teacher'], baseline: '2-baseline', spec: sampleSpec() },
    }),
  };
}
