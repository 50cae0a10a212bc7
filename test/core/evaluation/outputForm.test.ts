import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { mappedLogits } from '../../../src/core/classes/classMap.js';
import { logitsOfForm, outputForm } from '../../../src/core/evaluation/outputForm.js';
import { softmax } from '../../../src/core/losses/softmax.js';
import { assertNear } from '../near.js';

const numbers = z.array(z.number()).transform((values) => Float32Array.from(values));
/** What PyTorch says; see test/fixtures/record_class_order.py. */
const { outputs: torch } = z
  .object({
    outputs: z.object({
      width: z.int(),
      groups: z.array(z.array(z.int())),
      logits: numbers,
      softmax: numbers,
      sigmoid: numbers,
      logSoftmax: numbers,
      grouped: numbers,
    }),
  })
  .parse(JSON.parse(readFileSync('test/fixtures/classOrder.json', 'utf8')));
const { width } = torch;
const tolerance = 1e-5;

describe('what the numbers of an output are', () => {
  it('is told by how they look: logits and their logarithms leave 0…1, a softmax sums to 1, sigmoids do not', () => {
    assert.equal(outputForm({ values: torch.logits, width }), 'logits');
    assert.equal(outputForm({ values: torch.logSoftmax, width }), 'logits');
    assert.equal(outputForm({ values: torch.softmax, width }), 'probabilities');
    assert.equal(outputForm({ values: torch.sigmoid, width }), 'sigmoids');
    assert.equal(outputForm({ values: torch.sigmoid, width: 1 }), 'sigmoids');
    assert.equal(outputForm({ values: torch.logits, width: 1 }), 'logits');
  });

  it('is not told by rows that are not finite, of which there may be nothing else', () => {
    assert.equal(outputForm({ values: [NaN, 0.5, 0.5, 0.5], width: 2 }), 'probabilities');
    assert.equal(outputForm({ values: [NaN, NaN], width: 2 }), 'logits');
  });

  it('is a softmax in half floats too', () => {
    assert.equal(outputForm({ values: [0.3332, 0.3333, 0.333, 0.9995, 0, 0.0001], width: 3 }), 'probabilities');
  });
});

describe('logits of what an output gives', () => {
  it('are the logarithms of probabilities, as PyTorch takes them', () => {
    const found = logitsOfForm('probabilities', { values: torch.softmax, width });
    assertNear(found, torch.logSoftmax, { tolerance, what: 'log softmax' });
  });

  it('are those that the sigmoids were taken of', () => {
    assertNear(logitsOfForm('sigmoids', { values: torch.sigmoid, width }), torch.logits, { tolerance, what: 'logits' });
  });

  it('are finite where probabilities underflow or reach 1', () => {
    const certain = Float32Array.of(0, 1);
    for (const form of ['probabilities', 'sigmoids'] as const) {
      const [low = NaN, high = NaN] = logitsOfForm(form, { values: certain, width: 2 });
      assert.ok(Number.isFinite(low) && Number.isFinite(high) && low < -16 && high >= 0, `${form}: ${low}, ${high}`);
    }
  });

  it('are finite where logarithms are those of 0, in the same order, and as far below the others as a probability is', () => {
    const logP = Float32Array.of(0, -Infinity, Math.log(0.25), Math.log(0.75));
    const floored = logitsOfForm('logits', { values: logP, width: 2 });
    assertNear(floored, logitsOfForm('probabilities', { values: Float32Array.of(1, 0, 0.25, 0.75), width: 2 }), {
      ...{ tolerance, what: 'log probabilities' },
    });
    // Masked logits are no logarithms of probabilities: their softmax is what is floored.
    const masked = logitsOfForm('logits', { values: Float32Array.of(-400, -Infinity, -401), width: 3 });
    assert.deepEqual([masked[0], masked[2]], [-400, -401]);
    assert.ok(Math.abs((masked[1] ?? NaN) - (-400 + Math.log1p(Math.exp(-1)) - 126 * Math.LN2)) < 1e-3, `${masked[1]}`);
    const far = logitsOfForm('logits', { values: Float32Array.of(0, -Infinity, -300), width: 3 });
    assert.deepEqual([...far], [0, -300, -300], 'nothing is put above what is finite');
    assert.deepEqual(
      [...logitsOfForm('logits', { values: Float32Array.of(-Infinity), width: 1 })].map(Math.round),
      [0, -87],
    );
  });

  it('stay what is refused where they are NaN, +Infinity, or -Infinity alone', () => {
    const isFinite = (form: 'logits' | 'probabilities' | 'sigmoids', ...values: number[]): boolean =>
      logitsOfForm(form, { values: Float32Array.from(values), width: values.length }).every(Number.isFinite);
    assert.ok(!isFinite('logits', 0, -Infinity, NaN));
    assert.ok(!isFinite('logits', 0, -Infinity, Infinity));
    assert.ok(!isFinite('logits', -Infinity, -Infinity));
    for (const form of ['probabilities', 'sigmoids'] as const) {
      for (const value of [NaN, Infinity, -Infinity]) assert.ok(!isFinite(form, value, 0.5), `${form}: ${value}`);
    }
  });

  it('of one output are two, whose softmax is its sigmoid', () => {
    for (const [form, values] of [
      ['logits', torch.logits],
      ['sigmoids', torch.sigmoid],
    ] as const) {
      const logits = logitsOfForm(form, { values, width: 1 });
      const second = softmax({ logits, classes: 2 }).filter((_, index) => index % 2 === 1);
      assertNear(second, torch.sigmoid, { tolerance, what: form });
    }
  });
});

describe('classes that are several outputs', () => {
  it('have the sum of their probabilities, given that it is one of the classes, as PyTorch sums them', () => {
    for (const logits of [torch.logits, torch.logSoftmax]) {
      const mapped = mappedLogits(torch.groups, { logits, outputs: width });
      const found = softmax({ logits: mapped, classes: torch.groups.length });
      assertNear(found, torch.grouped, { tolerance, what: 'probabilities' });
    }
  });

  it('have the very logits of single outputs, and survive outputs far apart', () => {
    const picked = mappedLogits([[4], [0]], { logits: torch.logits, outputs: width });
    assert.deepEqual([...picked.subarray(0, 2)], [torch.logits[4], torch.logits[0]]);
    const [far] = mappedLogits([[0, 1]], { logits: Float32Array.of(-1000, -2000), outputs: 2 });
    assert.equal(far, -1000);
  });
});
