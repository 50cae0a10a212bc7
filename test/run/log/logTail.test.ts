import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { problemOf, type Problem } from '../../../src/core/problem.js';
import type { Entry } from '../../../src/run/log/entry.js';
import { followLog, LogTail, readLog } from '../../../src/run/log/logTail.js';
import { readLogEnds } from '../../../src/serve/logEnds.js';
import { epochEntry, startedEntry, stepsEntry } from '../sample.js';
import { temporaryFolder } from '../temporaryFolder.js';

const hasCode =
  (code: string) =>
  (error: unknown): boolean =>
    problemOf(error).code === code;
const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

describe('LogTail', () => {
  it('delivers every entry once, however the bytes arrive', async (t) => {
    const folder = await temporaryFolder(t);
    const failed: Entry = { type: 'failed', time: 1, problem: { code: 'x', message: 'größer als 1 – „π“ 😀' } };
    const entries = [startedEntry(), stepsEntry(1, 5), failed, epochEntry(1)];
    const bytes = Buffer.from(entries.map(line).join(''));
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 6 }), async (places) => {
        const path = join(folder, `${round++}.jsonl`);
        const tail = new LogTail(path);
        const found: Entry[] = [];
        let from = 0;
        for (const to of [...places.sort((a, b) => a - b), bytes.length]) {
          appendFileSync(path, bytes.subarray(from, to));
          from = to;
          const chunk = await tail.read();
          assert.equal(chunk.restarted, false);
          assert.deepEqual(chunk.problems, []);
          found.push(...chunk.entries);
        }
        assert.deepEqual(found, entries);
      }),
      { numRuns: 40 },
    );
  });

  it('passes over a line of any length, keeping none of it, and reads those around it', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    writeFileSync(path, line(startedEntry()));
    const piece = Buffer.alloc(10 ** 7, '0');
    for (let pieces = 0; pieces < 30; pieces++) appendFileSync(path, piece);
    appendFileSync(path, `\n${line(epochEntry(1))}`);
    const tail = new LogTail(path);
    const entries: Entry[] = [];
    const problems: Problem[] = [];
    let held = 0;
    for (let more = true; more;) {
      const chunk = await tail.read();
      entries.push(...chunk.entries);
      problems.push(...chunk.problems);
      more = chunk.more;
      held = Math.max(held, process.memoryUsage().arrayBuffers);
    }
    assert.deepEqual(entries, [startedEntry(), epochEntry(1)]);
    assert.deepEqual(
      problems.map(({ message, place }) => [message.includes('longer than 8.4 MB'), place?.line]),
      [[true, 2]],
    );
    assert.ok(held < 150e6, `${held.toString()} bytes were held`);
  });

  it('tells of so many damaged lines, and that there are more', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    writeFileSync(path, `${'x\n'.repeat(40_000)}${line(epochEntry(1))}`);
    const { entries, problems } = await readLog(path);
    assert.deepEqual(entries, [epochEntry(1)]);
    assert.equal(problems.length, 500);
    assert.match(problems[499]?.message ?? '', /^500 lines up to this one are no entries/);
  });

  it('takes no millions of lines that are none for a log', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    writeFileSync(path, 'x\n'.repeat(1_000_000));
    await assert.rejects(readLog(path), hasCode('log-damaged'));
    await assert.rejects(readLogEnds(path), hasCode('log-damaged'));
  });

  it('reads no pipe', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    execFileSync('mkfifo', [path]);
    await assert.rejects(readLog(path), hasCode('not-a-regular-file'));
    await assert.rejects(readLogEnds(path), hasCode('not-a-regular-file'));
  });

  it('passes over damaged lines and says which, and skips types of a newer version without a word', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    const lines = [
      line(startedEntry()),
      'not json\n',
      line({ type: 'weather', time: 1, sunny: true }),
      line({ type: 'epoch', time: 'soon' }),
      '\n',
      line(['an', 'array']),
      '\u0000\u0000\u0000\n',
      line(epochEntry(1)),
    ];
    writeFileSync(path, lines.join(''));
    const { entries, problems } = await readLog(path);
    assert.deepEqual(entries, [startedEntry(), epochEntry(1)]);
    assert.deepEqual(
      problems.map(({ place }) => place?.line),
      [2, 4, 6, 7],
    );
    assert.match(problems[1]?.message ?? '', /time: .*expected number/);
  });

  it('passes over what a trainer wrote from which the run had been taken, and says which', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    const lines = [
      line(startedEntry()),
      line({ ...stepsEntry(1, 5), turn: 1 }),
      line({ ...startedEntry({ resumedFrom: 0 }), turn: 2 }),
      line({ ...epochEntry(2), turn: 1 }),
      line({ ...stepsEntry(6, 5), turn: 1 }),
      line({ ...stepsEntry(1, 5), turn: 2 }),
      line(epochEntry(1)),
    ];
    writeFileSync(path, lines.join(''));
    const tail = new LogTail(path);
    const { entries, problems } = await tail.read();
    assert.deepEqual(entries, [startedEntry(), stepsEntry(1, 5), startedEntry(), stepsEntry(1, 5), epochEntry(1)]);
    const late = { code: 'log-line-late', file: path };
    assert.deepEqual(
      problems.map(({ code, place }) => ({ code, ...place })),
      [
        { ...late, line: 4 },
        { ...late, line: 5 },
      ],
    );
    assert.equal(tail.turn, 2);
    const seen = (await readLogEnds(path)).entries;
    assert.deepEqual(seen, entries);
    writeFileSync(path, line(startedEntry()));
    await tail.read();
    assert.equal(tail.turn, 0);
  });

  it('never throws for what a log holds', async (t) => {
    const folder = await temporaryFolder(t);
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.json(), fc.string({ unit: 'binary' })), { maxLength: 5 }),
        async (lines) => {
          const path = join(folder, `${round++}.jsonl`);
          writeFileSync(
            path,
            `${lines.map((text) => `${text.replaceAll('\n', ' ')}\n`).join('')}${line(epochEntry(1))}`,
          );
          assert.deepEqual((await readLog(path)).entries.at(-1), epochEntry(1));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never reads twice what it has read', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    writeFileSync(path, line(startedEntry()));
    const tail = new LogTail(path);
    assert.equal((await tail.read()).entries.length, 1);
    assert.deepEqual(await tail.read(), { entries: [], problems: [], restarted: false, more: false });
  });

  it('begins anew when the log is cut short, replaced or deleted', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    writeFileSync(path, line(startedEntry()) + line(epochEntry(1)));
    const tail = new LogTail(path);
    await tail.read();
    truncateSync(path, line(startedEntry()).length);
    const cut = await tail.read();
    assert.deepEqual([cut.restarted, cut.entries], [true, [startedEntry()]]);
    writeFileSync(`${path}.new`, line(startedEntry()) + line(epochEntry(1)) + line(epochEntry(2)));
    renameSync(`${path}.new`, path);
    const replaced = await tail.read();
    assert.deepEqual([replaced.restarted, replaced.entries.length], [true, 3]);
    rmSync(path);
    assert.deepEqual(await tail.read(), { entries: [], problems: [], restarted: true, more: false });
    assert.equal((await tail.read()).restarted, false);
  });

  it('begins anew when the log is written over in its place, however long what stands there now', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    const text = line(startedEntry()) + line(epochEntry(1));
    for (const garbage of [
      'x'.repeat(text.length),
      `${'y'.repeat(3 * text.length)}\n`,
      line(startedEntry({ pid: 7 })).repeat(9),
    ]) {
      writeFileSync(path, text);
      const tail = new LogTail(path);
      assert.equal((await tail.read()).entries.length, 2);
      // What is written again within the clock's grain cannot be told from what was read.
      await new Promise((resolve) => setTimeout(resolve, 20));
      writeFileSync(path, garbage);
      assert.equal((await tail.read()).restarted, true, garbage.slice(0, 20));
      appendFileSync(path, `\n${line(epochEntry(2))}`);
      const next = await tail.read();
      assert.deepEqual([next.restarted, next.entries.at(-1)], [false, epochEntry(2)]);
    }
  });

  it('reads a log of many megabytes, with lines that lie across its chunks', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    const count = 3_000;
    const entries = Array.from({ length: count }, (_, index) => stepsEntry(index * 200 + 1, 200));
    writeFileSync(path, entries.map(line).join(''));
    const found = await readLog(path);
    assert.deepEqual(found.problems, []);
    assert.deepEqual(
      found.entries.map((entry) => (entry.type === 'steps' ? entry.first : null)),
      entries.map(({ first }) => first),
    );
  });
});

describe('followLog', () => {
  it('delivers what is appended, also to a log that did not exist, and the last of it when told to end', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    const end = new AbortController();
    const found: Entry[] = [];
    const expected = [startedEntry(), epochEntry(1), epochEntry(2)];
    const following = followLog(
      path,
      ({ entries }) => {
        found.push(...entries);
        const next = expected[found.length];
        if (found.length === 2) {
          appendFileSync(path, line(next));
          end.abort();
        } else if (next !== undefined) appendFileSync(path, line(next));
      },
      { signal: end.signal, pollMs: 20 },
    );
    appendFileSync(path, line(expected[0]));
    await following;
    assert.deepEqual(found, expected);
  });

  it('passes on what its listener throws', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    writeFileSync(path, line(startedEntry()));
    const { signal } = new AbortController();
    const failing = followLog(path, () => Promise.reject(new Error('listener')), { signal });
    await assert.rejects(failing, /listener/);
  });
});
