import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { calibration, ConfidenceBins, meansOf } from '../../../src/core/evaluation/calibration.js';
import { accuracy } from '../../../src/core/evaluation/evaluation.js';
import { readEvaluationCases } from './evaluationCases.js';
import { assertNear } from '../near.js';

const tolerance = 1e-12;
const orNaN = (value: number | null): number => value ?? NaN;

/** What NumPy, SciPy and scikit-learn say; see test/fixtures/record_calibration.py. */
const recorded = z
  .array(
    z.object({
      classes: z.int(),
      logits: z.array(z.number()),
      labels: z.array(z.number()),
      at: z.array(
        z.object({
          temperature: z.number(),
          error: z.number(),
          logLoss: z.number(),
          brier: z.number(),
          bins: z.array(
            z.object({ count: z.int(), confidence: z.number().nullable(), accuracy: z.number().nullable() }),
          ),
        }),
      ),
    }),
  )
  .parse(JSON.parse(readFileSync('test/fixtures/calibration.json', 'utf8')));

describe('calibration', () => {
  for (const { classes, logits, labels, at } of recorded) {
    it(`of ${labels.length} random answers of ${classes} classes is what NumPy and scikit-learn say`, () => {
      for (const { temperature, ...expected } of at) {
        const found = calibration({ logits, labels, classes, temperature });
        const scores = [found.error, found.logLoss, found.brier].map(orNaN);
        assertNear(scores, [expected.error, expected.logLoss, expected.brier], { tolerance, what: `T ${temperature}` });
        assert.deepEqual(
          found.bins.map(({ count }) => count),
          expected.bins.map(({ count }) => count),
        );
        for (const [bin, { confidence, accuracy }] of expected.bins.entries()) {
          const own = found.bins[bin];
          assert.equal(own?.confidence === null, confidence === null);
          if (confidence === null || own?.confidence == null) continue;
          const means = [own.confidence, orNaN(own.accuracy)];
          assertNear(means, [confidence, orNaN(accuracy)], { tolerance, what: `T ${temperature}, bin ${bin}` });
          assert.ok(own.confidence > own.low && own.confidence <= own.high);
        }
      }
    });
  }

  it('has the error that was recorded with the other figures of an evaluation', () => {
    for (const example of readEvaluationCases().predictions) {
      for (const { temperature, error } of example.calibration) {
        const found = calibration({ ...example, temperature });
        assertNear([orNaN(found.error)], [error], { tolerance, what: `T ${temperature}` });
      }
    }
  });

  it('is the gap between confidence and accuracy', () => {
    // Three of four right at a confidence of 0.9.
    const logits = [1, 2, 3, 4].flatMap(() => [Math.log(9), 0]);
    const { error, logLoss, brier, bins } = calibration({ logits, labels: [0, 0, 0, 1], classes: 2 });
    assertNear([orNaN(error)], [0.15], { tolerance, what: 'error' });
    assertNear([orNaN(logLoss)], [-(3 * Math.log(0.9) + Math.log(0.1)) / 4], { tolerance, what: 'log loss' });
    assertNear([orNaN(brier)], [(3 * 0.02 + 1.62) / 4], { tolerance, what: 'Brier score' });
    assert.deepEqual(
      bins.map(({ count }) => count),
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0],
    );
  });

  it('leaves rows without an answer out, and is null where none is left', () => {
    const answered = calibration({ logits: [9, 0, 0, 9], labels: [0, 1], classes: 2 });
    const withMore = calibration({ logits: [9, 0, NaN, 1, 0, 9, Infinity, 0], labels: [0, 0, 1, 0], classes: 2 });
    assert.deepEqual(withMore, answered);
    const none = calibration({ logits: [NaN, 0], labels: [0], classes: 2 });
    assert.deepEqual([none.error, none.logLoss, none.brier], [null, null, null]);
    assert.deepEqual(meansOf(none), { count: 0, confidence: null, accuracy: null });
  });

  it('counts a model that is sure and wrong as the worst there is', () => {
    const { error, brier } = calibration({ logits: [800, 0, 0], labels: [1], classes: 3 });
    assert.deepEqual([error, brier], [1, 2]);
  });

  it('has the accuracy of all rows for the mean of its bins', () => {
    for (const { classes, logits, labels } of recorded) {
      const { count, accuracy: mean } = meansOf(calibration({ logits, labels, classes, temperature: 3 }));
      assert.equal(count, labels.length);
      assertNear([orNaN(mean)], [accuracy({ logits, labels, classes })], { tolerance, what: 'accuracy' });
    }
  });
});

describe('ConfidenceBins', () => {
  it('puts a confidence that is an edge into the bin below, and the ends into the outer bins', () => {
    const bins = new ConfidenceBins(4);
    for (const confidence of [0, 0.25, 0.5, 0.5000001, 1]) bins.add({ confidence, isRight: true });
    assert.deepEqual(
      bins.bins.map(({ count }) => count),
      [2, 1, 1, 1],
    );
  });
});
