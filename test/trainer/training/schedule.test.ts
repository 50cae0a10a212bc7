import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { scheduleSchema, trainSchema } from '../../../src/core/spec/spec.js';
import { learningRateAt } from '../../../src/trainer/training/schedule.js';
import { assertNear } from '../../core/near.js';

const recording = z
  .array(
    z.object({
      epochs: z.int(),
      stepsPerEpoch: z.int(),
      learningRate: z.number(),
      schedule: scheduleSchema,
      rates: z.array(z.number()),
    }),
  )
  .parse(JSON.parse(readFileSync('test/fixtures/schedules.json', 'utf8')));

describe('learningRateAt', () => {
  for (const { epochs, stepsPerEpoch, learningRate, schedule, rates } of recording) {
    it(`gives the rates of PyTorch's schedulers: ${JSON.stringify(schedule)}`, () => {
      const train = trainSchema.parse({ epochs, schedule, optimizer: { kind: 'sgd', learningRate } });
      const found = rates.map((_, index) => learningRateAt(train, { step: index + 1, stepsPerEpoch }));
      assertNear(found, rates, { tolerance: 1e-12, what: 'rate' });
    });
  }

  it('only warms up where the warm-up is as long as the run', () => {
    const train = trainSchema.parse({
      epochs: 1,
      schedule: { kind: 'cosine', warmup: 1 },
      optimizer: { kind: 'adam' },
    });
    const found = [1, 2, 3, 4].map((step) => learningRateAt(train, { step, stepsPerEpoch: 4 }));
    assert.deepEqual(
      found.map((rate) => rate.toFixed(6)),
      ['0.000250', '0.000500', '0.000750', '0.001000'],
    );
  });
});
