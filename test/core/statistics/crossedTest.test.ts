import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { crossedTable, type CrossedTable, type SeedPair } from '../../../src/core/statistics/crossedTable.js';
import { ownSpread, testCrossed } from '../../../src/core/statistics/crossedTest.js';
import { spreadOfSweep } from '../../../src/core/statistics/spreadOfSweep.js';
import { randomStream } from '../../../src/core/random.js';
import { assertNear } from '../near.js';
import { readStatistics } from './recorded.js';

const recorded = readStatistics();

function pairsOf({ student, baseline }: { student: number[][]; baseline: number[][] }): SeedPair[] {
  return student.map((answers, seed) => ({ student: answers, baseline: baseline[seed] ?? [] }));
}

describe('the table of pictures and seeds', () => {
  it('has the analysis of variance of statsmodels', () => {
    for (const { student, baseline, ...expected } of recorded.tables) {
      const table = crossedTable(pairsOf({ student, baseline }));
      const found = [table.difference, table.ofPictures, table.ofSeeds, table.ofRest];
      const wanted = [expected.difference, expected.ofPictures, expected.ofSeeds, expected.ofRest];
      assertNear(found, wanted, { tolerance: 1e-12, what: 'difference and mean squares' });
    }
  });

  it('refuses answers to another number of pictures', () => {
    assert.throws(() => crossedTable([{ student: [1, 0], baseline: [1] }]), RangeError);
    assert.throws(() => crossedTable([]), RangeError);
  });
});

describe('the test over seeds and pictures together', () => {
  it('has the interval and the p that SciPy’s t gives by the same rule', () => {
    for (const { student, baseline, ...expected } of recorded.tables) {
      const { interval, p, difference } = testCrossed(crossedTable(pairsOf({ student, baseline })));
      assertNear([interval.high - difference], [expected.halfWidth], { tolerance: 1e-10, what: 'half the width' });
      assertNear([p / expected.p], [1], { tolerance: 1e-5, what: 'p' });
    }
  });

  it('tells apart exactly where its interval leaves 0 out', () => {
    for (const { student, baseline } of recorded.tables) {
      const table = crossedTable(pairsOf({ student, baseline }));
      const { p } = testCrossed(table);
      const { interval } = testCrossed(table, { level: 1 - p });
      assertNear([Math.min(Math.abs(interval.low), Math.abs(interval.high))], [0], {
        tolerance: 1e-6,
        what: 'nearer end',
      });
    }
  });

  it('turns over when student and baseline change places', () => {
    for (const { student, baseline } of recorded.tables) {
      const one = testCrossed(crossedTable(pairsOf({ student, baseline })));
      const other = testCrossed(crossedTable(pairsOf({ student: baseline, baseline: student })));
      assertNear([other.interval.low, other.p], [-one.interval.high, one.p], { tolerance: 1e-9, what: 'interval, p' });
    }
  });

  it('misses the truth in no more than 5 % of tables, whatever seeds and pictures contribute', () => {
    const trials = 20_000;
    for (const seeds of [2, 3, 5]) {
      for (const shared of [0, 0.5, 2]) {
        for (const ofSeeds of [1, 3, 20]) {
          const missed = missedOf({ seeds, shared, ofSeeds, trials });
          const error = Math.sqrt((0.05 * 0.95) / trials);
          assert.ok(
            missed / trials < 0.05 + 3 * error,
            `${missed} of ${trials}: ${JSON.stringify({ seeds, shared, ofSeeds })}`,
          );
        }
      }
    }
  });

  it('is never surer of new networks than of these, however alike the seeds happen to be', () => {
    const table: CrossedTable = {
      ...{ pictures: 1000, seeds: 3, difference: 0.01, bySeed: [0.01, 0.01, 0.01] },
      ...{ ofPictures: 0.1, ofSeeds: 0, ofRest: 0.1 },
    };
    const { interval } = testCrossed(table);
    assert.ok(interval.high - interval.low > 2 * 1.96 * Math.sqrt(0.1 / 3000));
  });

  it('widens with the number of configurations of which it is one, less where they share a baseline', () => {
    const [first] = recorded.tables;
    assert.ok(first !== undefined);
    const table = crossedTable(pairsOf(first));
    const widths = [
      testCrossed(table),
      testCrossed(table, { family: { tried: 4, correlation: 0.5 } }),
      testCrossed(table, { family: { tried: 4, correlation: 0 } }),
    ].map(({ interval }) => interval.high - interval.low);
    assert.ok(widths.every((width, index) => index === 0 || width > (widths[index - 1] ?? NaN)));
  });

  it('says nothing of new seeds from one', () => {
    assert.throws(() => testCrossed(crossedTable([{ student: [1, 0, 1], baseline: [0, 0, 1] }])), RangeError);
  });
});

describe('the spread of the seeds in a sweep', () => {
  it('is of one configuration its own', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(bits, bits), { minLength: 2, maxLength: 5 }), (answers) => {
        const pairs = answers.map(([student, baseline]) => ({ student, baseline }));
        const own = ownSpread(crossedTable(pairs));
        const group = {
          baseline: pairs.map(({ baseline }) => shareOf(baseline)),
          students: [pairs.map(({ student }) => shareOf(student))],
        };
        const found = spreadOfSweep([group], { pictures: 8 });
        assertNear([found.meanSquare, found.degrees], [own.meanSquare, own.degrees], {
          tolerance: 1e-12,
          what: 'spread',
        });
      }),
    );
  });

  it('is known by more degrees of freedom with every configuration', () => {
    const baseline = [0.5, 0.6, 0.55];
    const groups = [
      { baseline, students: [baseline, baseline] },
      { baseline, students: [baseline] },
    ];
    assert.deepEqual(spreadOfSweep(groups, { pictures: 100 }), { meanSquare: 0, degrees: 6 });
    assert.throws(() => spreadOfSweep([{ baseline, students: [[0.5]] }], { pictures: 100 }), RangeError);
  });
});

const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 8, maxLength: 8 });
const shareOf = (answers: readonly number[]): number => answers.reduce((sum, each) => sum + each, 0) / answers.length;

/** How often the interval of a table without a difference leaves 0 out; mean squares in units of that of the rest. */
function missedOf({
  seeds,
  shared,
  ofSeeds,
  trials,
}: {
  seeds: number;
  shared: number;
  ofSeeds: number;
  trials: number;
}): number {
  const pictures = 5000;
  const normal = new Float32Array(trials * seeds);
  randomStream(0, 'missed', seeds, Math.round(10 * shared), ofSeeds).fillNormal(normal, 1);
  const one = testCrossed(tableOf(1));
  const [unitBySeeds, unitBoth] = [one, testCrossed(tableOf(4))].map(({ interval }) => interval.high ** 2);
  let missed = 0;
  for (let trial = 0; trial < trials; trial++) {
    const draws = normal.subarray(trial * seeds, (trial + 1) * seeds);
    const [mean = NaN, ...others] = draws;
    const meanSquare = (ofSeeds * others.reduce((sum, each) => sum + each * each, 0)) / (seeds - 1);
    const difference = mean * Math.sqrt((ofSeeds + shared) / (pictures * seeds));
    if (Math.abs(difference) > reachOf(meanSquare)) missed++;
  }
  return missed;

  function tableOf(meanSquare: number): CrossedTable {
    return {
      ...{ pictures, seeds, difference: 0, bySeed: [] },
      ...{ ofPictures: 1 + shared, ofSeeds: meanSquare, ofRest: 1 },
    };
  }

  /** The square of the reach is linear in the mean square of the seeds, but where these networks' own is more. */
  function reachOf(meanSquare: number): number {
    const slope = ((unitBoth ?? NaN) - (unitBySeeds ?? NaN)) / 3;
    const linear = (unitBySeeds ?? NaN) + slope * (meanSquare - 1);
    return Math.sqrt(linear);
  }
}
