import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  countExamples,
  listExamples,
  type ExampleFilter,
} from '../../../webview/softLabels/exampleList/exampleFilter.js';
import { rankDescending } from '../../../webview/softLabels/exampleList/ranking.js';
import { examplesIn, testSums } from '../sums/testSums.js';
import { answersOf } from './cases.js';
import { parts } from '../../../webview/parts/partition.js';

const value = fc.oneof(
  fc.double({ min: 0, max: 1e4, noNaN: true }),
  fc.constantFrom(0, 1, 1e-30, 1e-45, Infinity, NaN, 5e-324),
);

describe('rankDescending', () => {
  it('orders as a stable sort does, NaN last', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 200 }), (values) => {
        // As float32, which is what is ranked.
        const keys = new Float32Array(values).map((key) => (Number.isNaN(key) ? -1 : key));
        const expected = Array.from(values.keys()).sort((a, b) => {
          const [x = 0, y = 0] = [keys[a], keys[b]];
          return x === y ? a - b : y > x ? 1 : -1;
        });
        assert.deepEqual([...rankDescending(Float64Array.from(values))], expected);
      }),
    );
  });
});

describe('the list of examples', () => {
  const n = 90;
  const classes = 5;
  const asked = {
    subject: answersOf({ n, classes, seed: 1 }),
    role: 'student',
    teachers: [answersOf({ n, classes, seed: 2 })],
    ensemble: 'probabilities',
    baseline: null,
  } as const;
  const labels = [null, 0, 1, 2, 3, 4];

  it('is cut into pieces by class and by part, and as long as the counts say', async () => {
    const examples = await examplesIn(testSums().sums, asked);
    for (const sort of ['index', 'divergence'] as const) {
      for (const label of labels) {
        for (const part of [null, ...parts]) {
          const filter: ExampleFilter = { label, part, sort };
          const divergence = Float64Array.from({ length: n }, (_, index) => (index * 37) % n);
          const list = listExamples(examples, filter, divergence);
          const counts = countExamples(examples, filter);
          assert.equal(list.length, label === null ? counts.anyLabel : counts.labels[label]);
          assert.equal(list.length, part === null ? counts.anyPart : counts.parts[parts.indexOf(part)]);
          for (const index of list) {
            if (label !== null) assert.equal(examples.labels[index], label);
            if (part !== null) assert.equal(examples.part?.[index], parts.indexOf(part));
          }
          const order = [...list].map((index) => (sort === 'index' ? index : -(divergence[index] ?? NaN)));
          assert.deepEqual(
            order,
            order.toSorted((a, b) => a - b),
          );
        }
      }
    }
  });
});
