import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { distillSchema, type DistillSpec } from '../../../src/core/spec/spec.js';
import type { Metrics } from '../../../src/run/log/entry.js';
import { gradientHints } from '../../../webview/curves/gradientHints.js';
import { objectiveGradient } from '../../core/losses/gradients.js';
import { readLossCases } from '../../core/losses/lossCases.js';
import { metrics } from '../../run/sample.js';

const distill = (part: object): DistillSpec => distillSchema.parse({ loss: 'hinton', ...part });

/** An epoch in which distillation had a share of the gradient. */
const epoch = (share: number, { accuracy = 0.9 } = {}): Metrics => ({
  ...{ ...metrics(10), accuracy },
  ...{ distillationGradient: share, studentGradient: 1 - share },
});

const hinted = (part: object, train: Metrics | undefined, classes: number | null = 10): string =>
  gradientHints(distill(part), { train, classes }).join(' ');

describe('gradientHints', () => {
  it('say nothing where both terms count, or nothing is known yet', () => {
    for (const share of [0.02, 0.5, 0.98]) assert.equal(hinted({}, epoch(share)), '');
    assert.equal(hinted({}, undefined), '');
    assert.equal(hinted({}, metrics(10)), '', 'an older log');
    assert.equal(hinted({}, { ...metrics(10), distillationGradient: 0, studentGradient: 0 }), '', 'nothing pulls');
  });

  it('name a term that hardly counts, with its share and what to change', () => {
    assert.match(
      hinted({}, epoch(0.012)),
      /distillation had 1\.2 % of the gradient.*hard labels almost alone.*Raise α;/,
    );
    assert.match(hinted({ loss: 'snippet' }, epoch(0.012)), /Choose the loss hinton/);
    assert.match(hinted({}, epoch(0.991)), /99\.10 % of the gradient: the hard labels hardly count\. Lower α/);
    assert.match(
      hinted({}, epoch(0.991, { accuracy: 0.9984 })),
      /little left to learn .* 99\.84 % of its training answers/,
    );
  });

  it('do not make a riddle of an alpha of 0 or 1', () => {
    assert.match(hinted({ alpha: 0 }, epoch(0)), /^α is 0: the teacher has no part/);
    assert.match(hinted({ alpha: 1 }, epoch(1)), /^α is 1: the hard labels have no part/);
    // The snippet's weight at alpha 0 is 2·T².
    assert.doesNotMatch(hinted({ loss: 'snippet', alpha: 0 }, epoch(0.5)), /α is 0/);
  });

  it('say what snippet’s weight is, and what hinton’s would be', () => {
    assert.match(hinted({ loss: 'snippet', temperature: 4, alpha: 0.9 }, undefined), /\/ C = 3\.29, .* α·T² = 14\.4:/);
    assert.match(hinted({ loss: 'snippet' }, epoch(0.5), null), /\(2·T² \+ α\) \/ C, where hinton has α·T²: /);
  });

  it('warn that dist’s share grows with T, as it does, and hinton’s does not', () => {
    assert.equal(hinted({ loss: 'dist' }, epoch(0.5)), '');
    assert.match(hinted({ loss: 'dist', temperature: 4 }, epoch(0.5)), /grows with T\. Lower α/);
    assert.match(hinted({ loss: 'dist', temperatureEnd: 4 }, epoch(0.5)), /grows with T\. Lower α/);
    const example = readLossCases().find(
      ({ n, spread, teachers }) => n > 2 && spread === 'ordinary' && teachers.length === 3,
    );
    assert.ok(example !== undefined);
    const pull = (loss: string, temperature: number): number =>
      Math.hypot(...objectiveGradient(distill({ loss, temperature, alpha: 1 }), example));
    assert.ok(pull('dist', 20) > 20 * pull('dist', 2), `${pull('dist', 2)} and ${pull('dist', 20)}`);
    assert.ok(pull('hinton', 20) < 1.5 * pull('hinton', 2), `${pull('hinton', 2)} and ${pull('hinton', 20)}`);
  });
});
