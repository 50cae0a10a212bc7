import { runSpecSchema, type RunSpec } from '../../src/core/spec/spec.js';
import type { EntryOf, Metrics } from '../../src/run/log/entry.js';
import type { RunRecord } from '../../src/run/record.js';

/** A small valid run, the same for every test. */
export function sampleSpec(change: Partial<RunSpec> = {}): RunSpec {
  const spec = runSpecSchema.parse({
    version: 1,
    role: 'student',
    name: 'student',
    seed: 0,
    data: { dataset: 'mnist' },
    model: { kind: 'mlp', hidden: [8] },
    train: { epochs: 3, batchSize: 10 },
    distill: { loss: 'hinton', temperature: 20, alpha: 0.9 },
    teachers: [],
  });
  return { ...spec, ...change };
}

export function sampleDraft(change: Partial<RunRecord> = {}): Omit<RunRecord, 'id'> {
  return {
    version: 1,
    spec: sampleSpec(),
    specHash: '3f9c2a'.padEnd(64, '0'),
    experiment: { name: 'sample', file: null },
    teachers: [],
    baseline: null,
    created: '2026-11-23T18:42:05.000Z',
    git: null,
    versions: {},
    execution: { engine: 'cpu', checkpointSeconds: 20 },
    ...change,
  };
}

export function sampleRecord(change: Partial<RunRecord> = {}): RunRecord {
  return { ...sampleDraft(), id: 'sample', ...change };
}

export function startedEntry(change: Partial<EntryOf<'started'>> = {}): EntryOf<'started'> {
  return {
    type: 'started',
    time: 1_000,
    version: 1,
    pid: process.pid,
    pidStart: '',
    host: 'elsewhere',
    engine: 'tfjs/cpu',
    device: 'cpu',
    parameters: 100,
    steps: 300,
    stepsPerEpoch: 100,
    examples: { train: 1_000, validation: 0, test: 100 },
    resumedFrom: 0,
    ...change,
  };
}

export function metrics(errors: number): Metrics {
  return { n: 100, errors, accuracy: 1 - errors / 100, loss: errors / 10 };
}

export function epochEntry(epoch: number, change: Partial<EntryOf<'epoch'>> = {}): EntryOf<'epoch'> {
  return {
    type: 'epoch',
    time: 1_000 + epoch * 10_000,
    epoch,
    step: epoch * 100,
    train: metrics(50 - epoch),
    test: metrics(40 - epoch),
    logits: { test: `logits/test-${epoch}.safetensors` },
    seconds: epoch * 10,
    ...change,
  };
}

export function stepsEntry(first: number, count: number, change: Partial<EntryOf<'steps'>> = {}): EntryOf<'steps'> {
  return {
    type: 'steps',
    time: 1_000 + (first + count - 1) * 100,
    first,
    count,
    loss: Array.from({ length: count }, (_, index) => 1 / (first + index)),
    learningRate: 0.1,
    examplesPerSecond: 100,
    ...change,
  };
}
