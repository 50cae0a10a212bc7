import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Entry } from '../../../src/run/log/entry.js';
import { scalarsOf } from '../../../src/run/tensorboard/scalars.js';

const started = (time: number, resumedFrom: number): Entry => ({
  type: 'started',
  time,
  version: 1,
  pid: 1,
  pidStart: '1',
  host: 'here',
  engine: 'onnx/cpu',
  device: 'a processor',
  parameters: 10,
  steps: 6,
  stepsPerEpoch: 3,
  examples: { train: 30, validation: 0, test: 10 },
  resumedFrom,
});

const steps = (time: number, first: number, loss: number[]): Entry => ({
  type: 'steps',
  time,
  first,
  count: loss.length,
  loss,
  learningRate: 0.5,
  examplesPerSecond: NaN,
});

describe('what a log holds for TensorBoard', () => {
  it('is each step once, as it was made last', () => {
    const log = [
      started(1, 0),
      steps(2, 1, [5, 4, 3]),
      steps(3, 4, [2.5, 2.4]),
      started(4, 3),
      steps(5, 4, [2]),
      started(6, 2),
      steps(7, 3, [7, 6]),
    ];
    const found = [...scalarsOf(log)].map(({ step, time, values }) => [step, time, values['loss/step']]);
    assert.deepEqual(found, [
      [1, 2, 5],
      [2, 2, 4],
      [3, 7, 7],
      [4, 7, 6],
    ]);
  });

  it('leaves out what is no finite number', () => {
    const [first, second, ...more] = scalarsOf([started(1, 0), steps(2, 1, [NaN, 1])]);
    assert.deepEqual(
      [first?.values, second?.values, more],
      [{ learning_rate: 0.5 }, { 'loss/step': 1, learning_rate: 0.5 }, []],
    );
  });

  it('has the gradients of the terms at every step where they were logged', () => {
    const log = [
      started(1, 0),
      { ...steps(2, 1, [3, 2]), distillationGradient: [4, 5], studentGradient: 6, gradientCosine: [NaN, 0.5] },
    ];
    assert.deepEqual(
      [...scalarsOf(log)].map(({ values }) => values),
      [
        { 'loss/step': 3, learning_rate: 0.5, 'distillation_gradient/step': 4, 'student_gradient/step': 6 },
        {
          ...{ 'loss/step': 2, learning_rate: 0.5, 'distillation_gradient/step': 5, 'student_gradient/step': 6 },
          'gradient_cosine/step': 0.5,
        },
      ],
    );
  });

  it('has what an epoch measured on every split, and the card as it was at a step', () => {
    const metrics = { n: 10, errors: 2, accuracy: 0.8, loss: 0.7 };
    const taught = { ...metrics, distillationLoss: 0.25, studentLoss: 0.5 };
    const learned = { ...metrics, distillationGradient: 0.75, studentGradient: 0.125, gradientCosine: -0.5 };
    const log: Entry[] = [
      started(1, 0),
      steps(2, 1, [3, 2, 1]),
      { type: 'device', time: 3, name: 'a card', utilization: 90, memoryUsed: 2e9 },
      {
        type: 'epoch',
        time: 4,
        epoch: 1,
        step: 3,
        train: learned,
        test: taught,
        logits: { test: 'logits/test-1.safetensors' },
        seconds: 3,
      },
    ];
    const [card, epoch] = [...scalarsOf(log)].slice(-2);
    assert.deepEqual(card, { step: 3, time: 3, values: { 'card/utilization_percent': 90, 'card/memory_bytes': 2e9 } });
    assert.deepEqual(epoch, {
      step: 3,
      time: 4,
      values: {
        epoch: 1,
        'accuracy/train': 0.8,
        'errors/train': 2,
        'loss/train': 0.7,
        'distillation_gradient/train': 0.75,
        'student_gradient/train': 0.125,
        'gradient_cosine/train': -0.5,
        'accuracy/test': 0.8,
        'errors/test': 2,
        'loss/test': 0.7,
        'distillation_loss/test': 0.25,
        'student_loss/test': 0.5,
      },
    });
  });
});
