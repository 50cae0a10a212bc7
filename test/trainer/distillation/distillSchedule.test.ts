import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { distillSchema, type DistillSpec } from '../../../src/core/spec/spec.js';
import { distillMomentAt, isScheduled } from '../../../src/trainer/distillation/distillSchedule.js';

const spec = (part: object): DistillSpec => distillSchema.parse({ loss: 'hinton', temperature: 4, ...part });
const run = { stepsPerEpoch: 10, epochs: 3 };
const at = (part: object, step: number) => distillMomentAt(spec(part), { ...run, step });

describe('distillMomentAt', () => {
  it('changes nothing unless asked to', () => {
    for (const step of [1, 2, 30]) assert.deepEqual(at({}, step), { temperature: 4, ramp: 1 });
    assert.equal(isScheduled(spec({})), false);
    assert.equal(isScheduled(spec({ warmup: 1 })), true);
    assert.equal(isScheduled(spec({ temperatureEnd: 4 })), true);
  });

  it('raises the weight by equal parts, to the whole in the last step of the warm-up', () => {
    const ramps = [1, 2, 5, 19, 20, 21, 30].map((step) => at({ warmup: 2 }, step).ramp);
    assert.deepEqual(ramps, [1 / 20, 2 / 20, 5 / 20, 19 / 20, 1, 1, 1]);
    assert.equal(at({ warmup: 0.2 }, 1).ramp, 0.5);
  });

  it('leads the temperature from its first value in the first step to its last in the last', () => {
    const first = at({ temperatureEnd: 1 }, 1).temperature;
    const last = at({ temperatureEnd: 1 }, 30).temperature;
    assert.deepEqual([first, last], [4, 1]);
    const differences = Array.from(
      { length: 29 },
      (_, index) => at({ temperatureEnd: 1 }, index + 2).temperature - at({ temperatureEnd: 1 }, index + 1).temperature,
    );
    for (const difference of differences) assert.ok(Math.abs(difference + 3 / 29) < 1e-12, String(difference));
  });
});
