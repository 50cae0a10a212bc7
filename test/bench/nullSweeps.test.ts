import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { correctedReach } from '../../bench/verdict/methods.js';
import { ratesOf, size, type Rates } from '../../bench/verdict/rates.js';
import { readSweepAnswers } from '../../bench/verdict/sweepAnswers.js';
import { exchangedInPairs, otherSeeds, relabelled, withGain, type World } from '../../bench/verdict/worlds.js';
import { tellConfiguration } from '../../src/core/statistics/sweepVerdict.js';
import { assertNear } from '../core/near.js';

const answers = readSweepAnswers();
const sweeps = 300;
/** Three standard errors above 5 %: false verdicts are random. */
const mostFalse = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / sweeps);

function named(world: World): Map<string, Rates | null> {
  return new Map([...ratesOf(world, { sweeps })].map(([{ name }, rates]) => [name, rates]));
}

const ours = [
  '**chosen on validation, told on test, corrected**',
  '**chosen on test, corrected**',
  '**chosen on validation, told by other seeds**',
  '**one configuration, meant from the start**',
];

describe('verdicts on sweeps in which nothing is better than the baseline', () => {
  for (const world of [relabelled(answers, size), exchangedInPairs(answers, size), otherSeeds(answers, size)]) {
    it(`are false in no more than 5 %: ${world.name}`, () => {
      const rates = named(world);
      for (const name of ours) {
        const { better, worse } = rates.get(name) ?? { better: 0, worse: 0 };
        assert.ok(better + worse < mostFalse, `${name}: ${better} better, ${worse} worse`);
      }
      const naive = rates.get('fewest errors on test, McNemar over all seeds');
      assert.ok((naive?.better ?? 0) > 0.1, 'a world in which no method can fail shows nothing');
    });
  }

  it('tell a gain of two points of one configuration in nine sweeps of ten', () => {
    const rates = named(withGain(otherSeeds(answers, size), 0.02));
    for (const name of ours.slice(0, 2)) assert.ok((rates.get(name)?.right ?? 0) > 0.9, name);
  });

  it('are those that core tells of the same sweeps', () => {
    for (const world of [relabelled(answers, size), exchangedInPairs(answers, size)]) {
      const { test } = world.draw(0);
      const configurations = test.map((pairs, index) => ({
        baseline: world.sharesBaseline ? 'shared' : `baseline ${index}`,
        pairs,
      }));
      const { interval, difference, p } = tellConfiguration(configurations, { told: 2 });
      const { reach } = correctedReach(test, { told: 2, sharesBaseline: world.sharesBaseline });
      assertNear([interval.high - difference], [reach], { tolerance: 1e-9, what: 'reach' });
      assert.equal(p < 0.05, Math.abs(difference) > reach);
    }
  });
});
