import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mcnemar, type PairedComparison } from '../../../src/core/evaluation/comparison.js';
import { testSetOf } from '../../../src/core/evaluation/testSet.js';
import type { RunSpec } from '../../../src/core/spec/spec.js';
import type { PlannedStudent } from '../../../src/panel/protocol.js';
import { initialState, type RunState } from '../../../src/run/state.js';
import { Curves } from '../../../webview/curveData.js';
import type { RunData } from '../../../webview/store.js';
import { sweepCsv } from '../../../webview/sweep/sweepFiles.js';
import {
  bestCell,
  mostDifference,
  resultOf,
  sweepMaps,
  toldDifference,
  type KnownTests,
  type MapCell,
  type SweepMap,
} from '../../../webview/sweep/sweepMap.js';
import { missingOf } from '../../../webview/sweep/sweepCell.js';
import { pairKey } from '../../../webview/testResults.js';
import { cellVerdictWords, differenceText, errorsText, lackingWords } from '../../../webview/sweep/words.js';
import { metrics, sampleRecord, sampleSpec } from '../../run/sample.js';
import { linesOfCsv } from '../savedFiles.js';

interface Student {
  readonly temperature: number;
  readonly alpha?: number;
  readonly seed?: number;
  readonly change?: Partial<RunSpec>;
}

function specOf({ temperature, alpha = 0.9, seed = 0, change = {} }: Student): RunSpec {
  const { distill } = sampleSpec();
  assert.ok(distill !== null);
  return { ...sampleSpec(change), seed, distill: { ...distill, temperature, alpha } };
}

const hashOf = (student: Student): string => JSON.stringify(specOf(student));

/** A student as the panel knows it. @param errors none where it has not finished */
function shown(
  student: Student,
  {
    id,
    errors,
    state = 'finished',
    baseline = null,
  }: {
    id: string;
    errors: number | null;
    state?: RunState['state'];
    baseline?: string | null;
  },
): RunData {
  const record = sampleRecord({ id, spec: specOf(student), specHash: hashOf(student) });
  return {
    run: {
      key: id,
      record,
      reason: 'opened',
      teachers: [],
      baseline,
    },
    status: { ...initialState(record), state, epoch: 2, test: errors === null ? null : metrics(errors) },
    epochs: [],
    curves: new Curves(),
    caughtUp: true,
  };
}

function baselineOf(id: string, errors: number): RunData {
  const data = shown({ temperature: 1 }, { id, errors });
  const record = sampleRecord({ id, spec: sampleSpec({ role: 'baseline', name: 'baseline', distill: null }) });
  return { ...data, run: { ...data.run, record, reason: 'related' } };
}

function planned(student: Student, { run = null }: { run?: string | null } = {}): PlannedStudent {
  const { temperature, alpha = 0.9, seed = 0 } = student;
  return { key: `student t${temperature} a${alpha} s${seed}`, spec: specOf(student), specHash: hashOf(student), run };
}

const nothingKnown: KnownTests = { paired: new Map(), testSet: null };

/** Tests as the host answers them: only one of each pair is wrong where they differ. */
function testedAs(differences: Readonly<Record<string, number>>): KnownTests {
  const paired = Object.entries(differences).map(([run, difference]): [string, PairedComparison] => {
    const onlyFirstWrong = Math.max(0, -difference);
    const onlySecondWrong = Math.max(0, difference);
    const [firstErrors, secondErrors] = [40 + onlyFirstWrong, 40 + onlySecondWrong];
    return [
      pairKey({ run, baseline: 'baseline' }),
      {
        ...{ examples: 100, firstErrors, secondErrors, onlyFirstWrong, onlySecondWrong },
        accuracyDifference: -difference / 100,
        p: mcnemar({ onlyFirstWrong, onlySecondWrong }),
        interval: { low: 0, high: 0 },
      },
    ];
  });
  return { paired: new Map(paired), testSet: null };
}

function theMap(
  runs: readonly RunData[],
  students: readonly PlannedStudent[] = [],
  known: KnownTests = nothingKnown,
): SweepMap {
  const maps = sweepMaps(runs, [{ through: 'a run', students }], known);
  const [map] = maps;
  assert.ok(map !== undefined && maps.length === 1, `${maps.length} maps`);
  return map;
}

function cellAt({ cells, temperatures, alphas }: SweepMap, temperature: number, alpha = 0.9): MapCell {
  const cell = cells[alphas.indexOf(alpha)]?.[temperatures.indexOf(temperature)];
  assert.ok(cell != null, `nothing at T ${temperature}, α ${alpha}`);
  return cell;
}

describe('the map over T and α', () => {
  it('has a place for every T and α that a run or the experiment has, and none for what nobody asks for', () => {
    const map = theMap(
      [shown({ temperature: 20 }, { id: 'a', errors: 5 })],
      [planned({ temperature: 20 }), planned({ temperature: 4, alpha: 0.5 })],
    );
    assert.deepEqual(
      [map.temperatures, map.alphas],
      [
        [4, 20],
        [0.5, 0.9],
      ],
    );
    assert.deepEqual(
      map.cells.map((row) => row.map((cell) => cell?.runs.map(({ kind }) => kind) ?? null)),
      [
        [['absent'], null],
        [null, ['finished']],
      ],
    );
    assert.deepEqual(cellAt(map, 4, 0.5).runs, [
      { kind: 'absent', seed: 0, plan: { key: 'student t4 a0.5 s0', through: 'a run' } },
    ]);
  });

  it('takes the mean over the seeds, and the difference from the baseline of each seed that has one', () => {
    const map = theMap([
      shown({ temperature: 4, seed: 0 }, { id: 'a', errors: 10, baseline: 'b0' }),
      shown({ temperature: 4, seed: 1 }, { id: 'b', errors: 20, baseline: 'b1' }),
      shown({ temperature: 4, seed: 2 }, { id: 'c', errors: 60 }),
      baselineOf('b0', 15),
      baselineOf('b1', 22),
    ]);
    const result = resultOf(cellAt(map, 4));
    assert.deepEqual(
      { ...result, accuracy: result?.accuracy.toFixed(9) },
      {
        ...{ seeds: 3, errors: 30, accuracy: '0.700000000', difference: -3.5, paired: 2 },
        ...{ verdicts: [], isAtChance: false },
      },
    );
  });

  it('colours what the paired test tells apart, and nothing else, however many errors fewer it has', () => {
    const runs = [
      shown({ temperature: 2 }, { id: 'a', errors: 21, baseline: 'baseline' }),
      shown({ temperature: 4 }, { id: 'b', errors: 35, baseline: 'baseline' }),
      shown({ temperature: 8 }, { id: 'c', errors: 60, baseline: 'baseline' }),
      baselineOf('baseline', 40),
    ];
    const map = theMap(runs, [], testedAs({ a: -19, b: -5, c: 20 }));
    const results = [2, 4, 8].map((temperature) => {
      const result = resultOf(cellAt(map, temperature));
      assert.ok(result !== null);
      return [cellVerdictWords(result), toldDifference(result)];
    });
    assert.deepEqual(results, [
      ['better', -19],
      ['cannot be told', 0],
      ['worse', 20],
    ]);
    assert.equal(mostDifference(map), 20);
    const untested = resultOf(cellAt(theMap(runs), 2));
    assert.ok(untested !== null);
    assert.deepEqual([cellVerdictWords(untested), toldDifference(untested)], ['not tested yet', 0]);
  });

  it('picks no seed where they disagree', () => {
    const map = theMap(
      [
        shown({ temperature: 4, seed: 0 }, { id: 'a', errors: 10, baseline: 'baseline' }),
        shown({ temperature: 4, seed: 1 }, { id: 'b', errors: 39, baseline: 'baseline' }),
        shown({ temperature: 4, seed: 2 }, { id: 'c', errors: 10, baseline: 'baseline' }),
        baselineOf('baseline', 40),
      ],
      [],
      testedAs({ a: -30, b: -1, c: -30 }),
    );
    const result = resultOf(cellAt(map, 4));
    assert.ok(result !== null);
    assert.equal(cellVerdictWords(result), 'seeds disagree: 2 better, 1 cannot be told');
    assert.equal(toldDifference(result), 0);
  });

  it('says of a student that learned nothing that it did not', () => {
    const testSet = testSetOf({ labels: [...Array(100).keys()].map((row) => row % 10), classes: 10 });
    const runs = [
      shown({ temperature: 4 }, { id: 'a', errors: 88 }),
      shown({ temperature: 8 }, { id: 'b', errors: 50 }),
    ];
    const map = theMap(runs, [], { ...nothingKnown, testSet });
    assert.deepEqual(
      [4, 8].map((temperature) => resultOf(cellAt(map, temperature))?.isAtChance),
      [true, false],
    );
  });

  it('shows no number of what failed, was stopped or still learns, whatever it had reached', () => {
    for (const state of ['failed', 'stopped', 'interrupted', 'running', 'waiting'] as const) {
      const cell = cellAt(theMap([shown({ temperature: 4 }, { id: 'a', errors: 3, state })]), 4);
      assert.equal(resultOf(cell), null, state);
      assert.equal(lackingWords(cell), state === 'running' ? 'epoch 2/3' : state);
    }
    const half = theMap([
      shown({ temperature: 4, seed: 0 }, { id: 'a', errors: 10 }),
      shown({ temperature: 4, seed: 1 }, { id: 'b', errors: 90, state: 'failed' }),
    ]);
    assert.equal(resultOf(cellAt(half, 4))?.errors, 10);
    assert.equal(lackingWords(cellAt(half, 4)), '1 failed');
  });

  it('offers to run what is not there and what failed, not what runs, is finished or only is not shown', () => {
    const students = [2, 4, 8, 16, 32].map((temperature) =>
      planned({ temperature }, { run: temperature === 32 ? 'e' : null }),
    );
    const map = theMap(
      [
        shown({ temperature: 4 }, { id: 'a', errors: 1, state: 'failed' }),
        shown({ temperature: 8 }, { id: 'b', errors: 1, state: 'running' }),
        shown({ temperature: 16 }, { id: 'c', errors: 1 }),
      ],
      students,
    );
    const offered = map.cells.flat().flatMap((cell) => cell?.runs.flatMap(missingOf) ?? []);
    assert.deepEqual(
      offered.map(({ key }) => key),
      ['student t2 a0.9 s0', 'student t4 a0.9 s0'],
    );
    assert.equal(cellAt(map, 32).runs[0]?.kind, 'hidden');
  });

  it('takes of two runs of one spec the finished one, of two finished ones the newer', () => {
    const runs = [
      shown({ temperature: 4 }, { id: '1', errors: 1 }),
      shown({ temperature: 4 }, { id: '2', errors: 2 }),
      shown({ temperature: 4 }, { id: '3', errors: 3, state: 'failed' }),
    ];
    assert.equal(resultOf(cellAt(theMap(runs), 4))?.errors, 2);
    assert.equal(resultOf(cellAt(theMap(runs.toReversed()), 4))?.errors, 2);
  });

  it('keeps students apart that differ in something else', () => {
    const wide = { change: { model: { ...sampleSpec().model, hidden: [99] } as RunSpec['model'], name: 'wide' } };
    const maps = sweepMaps(
      [
        shown({ temperature: 4, ...wide }, { id: 'a', errors: 1 }),
        shown({ temperature: 4 }, { id: 'b', errors: 9 }),
        shown({ temperature: 8 }, { id: 'c', errors: 8 }),
      ],
      [],
      nothingKnown,
    );
    assert.deepEqual(
      maps.map(({ name, temperatures }) => [name, temperatures]),
      [
        ['student', [4, 8]],
        ['wide', [4]],
      ],
    );
  });

  it('knows the place with the fewest errors', () => {
    const runs = [7, 3, 5].map((errors, index) => shown({ temperature: index + 2 }, { id: String(index), errors }));
    assert.equal(bestCell(theMap(runs))?.temperature, 3);
    assert.equal(bestCell(theMap([], [planned({ temperature: 4 })])), null);
  });

  it('writes a line for each student into the CSV, with nothing where there is no result', () => {
    const map = theMap(
      [
        shown({ temperature: 4 }, { id: 'a', errors: 10, baseline: 'baseline' }),
        shown({ temperature: 8 }, { id: 'c', errors: 7, state: 'failed' }),
        baselineOf('baseline', 12),
      ],
      [planned({ temperature: 16 })],
      testedAs({ a: -2 }),
    );
    const { rows } = linesOfCsv(new TextEncoder().encode(sweepCsv(map)));
    assert.deepEqual(rows, [
      ['student', '4', '0.9', '0', 'finished', '10', '100', '0.9', '12', '0.5', 'cannot be told'],
      ['student', '8', '0.9', '0', 'failed', '', '', '', '', '', ''],
      ['student', '16', '0.9', '0', 'not trained', '', '', '', '', '', ''],
    ]);
  });
});

describe('words of the map', () => {
  it('have a sign, and digits only where they mean something', () => {
    assert.deepEqual([-26.5, 3, 0, null].map(differenceText), ['−26.5', '+3', '±0', '–']);
    assert.equal(errorsText(1266.5, { seeds: 2 }), '1266.5');
    assert.equal(errorsText(1266, { seeds: 1 }), '1,266');
  });
});
