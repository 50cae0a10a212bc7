import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CrossedTable } from '../../../src/core/statistics/crossedTable.js';
import { powerWith, seedsNeeded } from '../../../src/core/statistics/seedsNeeded.js';
import { assertNear } from '../near.js';
import { readStatistics } from './recorded.js';

const recorded = readStatistics();

function table(given: Partial<CrossedTable>): CrossedTable {
  return {
    ...{ pictures: 2000, seeds: 3, difference: 0.01, bySeed: [] },
    ...{ ofPictures: 0.1, ofSeeds: 0.1, ofRest: 0.04 },
    ...given,
  };
}

describe('the power with so many seeds', () => {
  it('is that of a t-test over seeds where pictures do not count, as statsmodels has it', () => {
    for (const { effect, seeds, power } of recorded.tPower) {
      const ofSeeds = 0.09;
      const onlySeeds = table({ difference: effect * Math.sqrt(ofSeeds / 2000), ofPictures: 0, ofSeeds, ofRest: 0 });
      assertNear([powerWith(onlySeeds, { seeds })], [power], {
        tolerance: 1e-6,
        what: `effect ${effect}, ${seeds} seeds`,
      });
    }
  });

  it('is what 400,000 simulated tables have, whatever seeds and pictures contribute', () => {
    for (const { difference, rest, ofSeeds, byPicture, pictures, seeds, power } of recorded.simulatedPower) {
      const known = table({ pictures, difference, ofPictures: rest + 3 * byPicture, ofSeeds, ofRest: rest });
      assertNear([powerWith(known, { seeds })], [power], { tolerance: 0.003, what: `${seeds} seeds` });
    }
  });
});

describe('how many seeds would tell a difference', () => {
  it('is the smallest number with 80 % power', () => {
    const needed = seedsNeeded(table({}));
    assert.ok(needed.kind === 'seeds' && !needed.isLeast && needed.seeds > 3);
    assert.ok(powerWith(table({}), { seeds: needed.seeds }) >= 0.8);
    assert.ok(powerWith(table({}), { seeds: needed.seeds - 1 }) < 0.8);
  });

  it('is what is there where that is enough, and the same for worse as for better', () => {
    assert.deepEqual(seedsNeeded(table({ difference: 0.2 })), { kind: 'seeds', seeds: 3, isLeast: false });
    assert.deepEqual(seedsNeeded(table({ difference: -0.01 })), seedsNeeded(table({})));
  });

  it('does not hope that seeds which happened to agree always will', () => {
    const lucky = seedsNeeded(table({ ofSeeds: 0.0001 }));
    assert.deepEqual(lucky, seedsNeeded(table({ ofSeeds: 0.04 })));
  });

  it('is a number of pictures where no number of seeds would do', () => {
    const needed = seedsNeeded(table({ difference: 0.005, ofPictures: 0.6 }));
    assert.ok(needed.kind === 'pictures' && needed.pictures > 2000);
  });

  it('is at least a number of one seed’s table, and none of no difference', () => {
    const one = table({ seeds: 1, ofPictures: 0.05, ofSeeds: NaN, ofRest: NaN });
    const needed = seedsNeeded(one);
    assert.ok(needed.kind === 'seeds' && needed.isLeast && needed.seeds > 1);
    assert.deepEqual(seedsNeeded(table({ difference: 0 })), { kind: 'none' });
    assert.deepEqual(seedsNeeded(table({ difference: 1e-5, ofPictures: 0.04 })), { kind: 'none' });
  });
});
