import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gapsProblem, type Gap } from '../../src/core/gaps.js';
import type { Entry } from '../../src/run/log/entry.js';
import { summedLine } from '../../src/run/log/lineSum.js';
import { readLog } from '../../src/run/log/logTail.js';
import { advance, initialState } from '../../src/run/state.js';
import { epochEntry, metrics, sampleRecord, startedEntry, stepsEntry } from './sample.js';
import { temporaryFolder } from './temporaryFolder.js';

const epoch = (number: number): Entry[] => [
  stepsEntry(100 * number - 99, 60),
  stepsEntry(100 * number - 39, 40),
  epochEntry(number),
  { type: 'checkpoint', time: 1_000 + number * 10_000, step: 100 * number, file: 'checkpoint.safetensors' },
];
const finished: Entry = { type: 'finished', time: 40_000, step: 300, seconds: 31, test: metrics(37) };
const whole = [startedEntry(), ...epoch(1), ...epoch(2), ...epoch(3), finished];

const gapsOf = (entries: readonly Entry[]): readonly Gap[] =>
  entries.reduce(advance, initialState(sampleRecord())).gaps;

describe('the gaps of a log', () => {
  it('are none where it tells of everything, resumed or not', () => {
    assert.deepEqual(gapsOf(whole), []);
    for (let length = 0; length <= whole.length; length++) assert.deepEqual(gapsOf(whole.slice(0, length)), []);
    const resumed = startedEntry({ resumedFrom: 100 });
    // Killed in the second epoch, it went on from the first checkpoint.
    assert.deepEqual(gapsOf([...whole.slice(0, 7), resumed, ...epoch(2), ...epoch(3), finished]), []);
  });

  it('are told for every line of steps or of an epoch that is missing', () => {
    for (const [index, entry] of whole.entries()) {
      const found = gapsOf(whole.filter((_, each) => each !== index));
      if (entry.type === 'steps') {
        assert.deepEqual(found, [{ of: 'steps', from: entry.first, to: entry.first + entry.count - 1 }]);
      } else if (entry.type === 'epoch')
        assert.deepEqual(found, [{ of: 'epochs', from: entry.epoch, to: entry.epoch }]);
      else assert.deepEqual(found, []);
    }
  });

  it('are told wherever a log was cut off before it was gone on with', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    const before = Buffer.from(
      [startedEntry(), ...epoch(1), ...epoch(2)].map((entry) => `${summedLine(entry)}\n`).join(''),
    );
    const after = [startedEntry({ resumedFrom: 200 }), ...epoch(3), finished]
      .map((entry) => `${summedLine(entry)}\n`)
      .join('');
    for (let length = 0; length <= before.length; length += 7) {
      const prefix = before.subarray(0, length);
      const torn = length > 0 && prefix.at(-1) !== 0x0a;
      writeFileSync(path, Buffer.concat([prefix, Buffer.from((torn ? '\n' : '') + after)]));
      const { entries } = await readLog(path);
      const started = entries.findIndex((entry) => entry.type === 'started' && entry.resumedFrom === 200);
      const told = entries.slice(0, started);
      const steps = Math.max(0, ...told.map((entry) => (entry.type === 'steps' ? entry.first + entry.count - 1 : 0)));
      const epochs = Math.max(0, ...told.map((entry) => (entry.type === 'epoch' ? entry.epoch : 0)));
      assert.deepEqual(
        gapsOf(entries),
        [
          ...(steps < 200 ? [{ of: 'steps', from: steps + 1, to: 200 }] : []),
          ...(epochs < 2 ? [{ of: 'epochs', from: epochs + 1, to: 2 }] : []),
        ],
        `cut at ${length}`,
      );
    }
  });

  it('end where a run is taken up before them: what lies beyond is done again', () => {
    const lost = whole.filter((entry) => entry.type !== 'steps' || entry.first !== 161);
    assert.deepEqual(gapsOf([...lost.slice(0, 8), startedEntry({ resumedFrom: 100 }), ...epoch(2)]), []);
    assert.deepEqual(
      gapsOf([...lost.slice(0, 8), startedEntry({ resumedFrom: 180 })]),
      [
        { of: 'steps', from: 161, to: 180 },
        { of: 'epochs', from: 2, to: 2 },
      ].slice(0, 1),
    );
  });

  it('are told in words', () => {
    assert.equal(gapsProblem([]), null);
    const gaps: Gap[] = [
      { of: 'steps', from: 161, to: 1200 },
      { of: 'epochs', from: 2, to: 2 },
    ];
    assert.match(gapsProblem(gaps)?.message ?? '', /does not tell of steps 161 to 1,200, epoch 2: what was logged/);
  });
});
