import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { sometimesLogged } from '../../../src/core/metrics.js';
import { entrySchema, mostSteps } from '../../../src/run/log/entry.js';
import { stepsEntryOf } from '../../../src/run/log/stepsEntry.js';
import { epochEntry, startedEntry, stepsEntry } from '../sample.js';

/** What a line of a log may hold: JSON, and the infinity that JSON.parse makes of 1e999. */
const oddity = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(null, Infinity, -Infinity, -0, 1.5, 2 ** 53, -(2 ** 53), 'steps', [], [null], [[1]], [1, '1'], {}),
);
const measured = fc.oneof(
  { weight: 20, arbitrary: fc.double({ noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(null) },
);
const entryOf = (count: number, column: fc.Arbitrary<unknown>) =>
  fc.record(
    {
      type: fc.constant('steps'),
      time: fc.double({ noNaN: true }),
      first: fc.integer(),
      count: fc.constant(count),
      loss: column,
      distillationLoss: column,
      studentLoss: column,
      distillationGradient: column,
      studentGradient: column,
      gradientCosine: column,
      learningRate: column,
      examplesPerSecond: measured,
    },
    { requiredKeys: ['type', 'time', 'first', 'count', 'loss', 'learningRate', 'examplesPerSecond'] },
  );
/** Columns with a value for each step, or one for all. */
const valid = fc
  .integer({ min: 0, max: 8 })
  .chain((count) => entryOf(count, fc.oneof(measured, fc.array(measured, { minLength: count, maxLength: count }))));

/** The schema's word: the entry where the value is a `steps` entry, null where it is not. */
function bySchema(value: unknown) {
  const parsed = entrySchema.safeParse(value);
  return parsed.success && parsed.data.type === 'steps' ? parsed.data : null;
}

function assertAgrees(value: unknown): void {
  assert.deepEqual(stepsEntryOf(value), bySchema(value));
}

describe('stepsEntryOf', () => {
  it('reads what the schema reads, to the value', () => {
    fc.assert(fc.property(valid, assertAgrees), { numRuns: 500 });
    assert.notEqual(stepsEntryOf(stepsEntry(1, 5)), null);
  });

  it('refuses what the schema refuses, whichever key is changed, missing or added', () => {
    const optional = [...sometimesLogged];
    const keys = [...Object.keys(stepsEntry(1, 1)), ...optional, 'weather', 'toString'];
    fc.assert(
      fc.property(valid, fc.constantFrom(...keys), fc.option(oddity, { nil: undefined }), (entry, key, change) => {
        const changed: Record<string, unknown> = { ...entry, [key]: change };
        if (change === undefined) Reflect.deleteProperty(changed, key);
        assertAgrees(changed);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses lists of another length, and more steps than an entry holds', () => {
    for (const change of [{ count: 3 }, { count: 1 }, { count: -1 }, { learningRate: [1] }, { studentLoss: [] }]) {
      const entry = { ...stepsEntry(1, 2), ...change };
      assert.equal(stepsEntryOf(entry), null);
      assertAgrees(entry);
    }
    for (const count of [mostSteps, mostSteps + 1, 2_000_000_000]) {
      const entry = { ...stepsEntry(1, 0), count, loss: 1 };
      assert.equal(stepsEntryOf(entry) !== null, count <= mostSteps);
      assertAgrees(entry);
    }
  });

  it('reads no other entry and nothing that is none', () => {
    for (const value of [startedEntry(), epochEntry(1), null, [], 'steps', 7, {}, { type: 'steps' }]) {
      assert.equal(stepsEntryOf(value), null);
    }
    fc.assert(fc.property(oddity, assertAgrees));
    assertAgrees(JSON.parse('{"__proto__":{"type":"steps"},"time":1}'));
  });
});
