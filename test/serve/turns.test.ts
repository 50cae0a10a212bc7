import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Turns } from '../../src/serve/turns.js';

/** Protects the opening of many runs: so many logs are read at once, in their order, and none waits for ever. */
describe('turns', () => {
  it('never lets more work at once than there are turns, starts all in order, and gives failures back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.record({ pauses: fc.integer({ min: 1, max: 4 }), fails: fc.boolean() }), { maxLength: 20 }),
        async (atOnce, works) => {
          const turns = new Turns(atOnce);
          const begun: number[] = [];
          let working = 0;
          let most = 0;
          const ended = await Promise.allSettled(
            works.map(({ pauses, fails }, index) =>
              turns.take(async () => {
                begun.push(index);
                most = Math.max(most, ++working);
                for (let pause = 0; pause < pauses; pause++) await Promise.resolve();
                working--;
                if (fails) throw new Error(String(index));
                return index;
              }),
            ),
          );
          assert.equal(most, Math.min(atOnce, works.length));
          assert.deepEqual(begun, [...works.keys()]);
          for (const [index, result] of ended.entries()) {
            if (result.status === 'fulfilled') assert.equal(result.value, index);
            else assert.equal(String(result.reason), `Error: ${index}`);
          }
        },
      ),
    );
  });
});
