import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Budget } from '../../../src/trainer/data/budget.js';

describe('Budget', () => {
  it('lets work begin in its order, never beyond the bound, but what is larger than it alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(15), { maxLength: 30 }), async (costs) => {
        const budget = new Budget(10);
        const begun: number[] = [];
        const running = new Set<number>();
        const work = costs.map((cost, index) =>
          budget.spend(cost, async () => {
            begun.push(index);
            running.add(index);
            const spent = [...running].reduce((sum, each) => sum + (costs[each] ?? 0), 0);
            const others = spent - cost;
            assert.ok(spent <= 10 || others === 0, `${spent.toString()} were at work`);
            await Promise.resolve();
            running.delete(index);
          }),
        );
        await Promise.all(work);
        assert.deepEqual(
          begun,
          costs.map((_, index) => index),
        );
      }),
    );
  });

  it('goes on after work that failed', async () => {
    const budget = new Budget(1);
    const failed = budget.spend(1, () => Promise.reject(new Error('no')));
    const after = budget.spend(1, () => Promise.resolve('done'));
    await assert.rejects(failed, { message: 'no' });
    assert.equal(await after, 'done');
  });
});
