import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { GrowingColumn } from '../../src/core/growingColumn.js';

/** What happens to a column: a write, or a cut. */
const change = fc.oneof(
  fc.record({
    from: fc.nat(3000),
    values: fc.oneof(fc.nat(9), fc.array(fc.nat(9), { maxLength: 30 })),
    count: fc.nat(30),
  }),
  fc.record({ cut: fc.nat(3000) }),
);

describe('GrowingColumn', () => {
  it('is what a plain array would be, however it is written, cut and looked at', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), fc.array(fc.boolean(), { minLength: 20 }), (changes, looks) => {
        const column = new GrowingColumn();
        let plain: number[] = [];
        const padded = (length: number): number[] => Array.from({ length }, (_, i) => plain[i] ?? NaN);
        for (const [index, each] of changes.entries()) {
          if ('cut' in each) {
            column.cut(each.cut);
            plain = plain.slice(0, each.cut);
          } else {
            const { from, values } = each;
            const count = typeof values === 'number' ? each.count : values.length;
            column.write({ from, count, values });
            plain = [
              ...padded(from),
              ...Array.from({ length: count }, (_, i) => (typeof values === 'number' ? values : (values[i] ?? NaN))),
            ];
          }
          if (looks[index] === true) assert.deepEqual([...column.view(plain.length)], plain);
        }
        assert.deepEqual([...column.view(plain.length + 2)], padded(plain.length + 2));
      }),
    );
  });
});
