import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ProblemError } from '../../src/core/problem.js';
import { LogWriter } from '../../src/run/log.js';
import { readLog } from '../../src/run/logTail.js';
import { epochEntry, startedEntry, stepsEntry } from './sample.js';
import { temporaryFolder } from './temporaryFolder.js';

describe('LogWriter', () => {
  it('writes entries that are read back equal, one a line, and goes on where another process left off', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    const entries = [startedEntry(), stepsEntry(1, 3), epochEntry(1)];
    for (const entry of entries) {
      const writer = new LogWriter(path);
      writer.append(entry);
      writer.sync();
      writer.close();
      writer.close();
    }
    assert.equal(readFileSync(path, 'utf8').split('\n').length, entries.length + 1);
    assert.deepEqual(await readLog(path), { entries, problems: [] });
  });

  it('does not let the first entry after a crash fuse with the torn line before it', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    writeFileSync(path, `${JSON.stringify(startedEntry())}\n{"type":"steps","ti`);
    const writer = new LogWriter(path);
    writer.append(epochEntry(1));
    writer.close();
    const { entries, problems } = await readLog(path);
    assert.deepEqual(entries, [startedEntry(), epochEntry(1)]);
    assert.deepEqual(
      problems.map(({ code, place }) => [code, place]),
      [['log-line-damaged', { file: path, line: 2 }]],
    );
  });

  it('opening and closing alone change nothing', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    writeFileSync(path, '{"torn');
    new LogWriter(path).close();
    assert.equal(readFileSync(path, 'utf8'), '{"torn');
  });

  it('keeps a loss that is not a number as one, where JSON has none', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    const writer = new LogWriter(path);
    writer.append(stepsEntry(1, 2, { loss: [NaN, Infinity] }));
    writer.close();
    const { entries, problems } = await readLog(path);
    assert.deepEqual(problems, []);
    assert.deepEqual(entries, [stepsEntry(1, 2, { loss: [NaN, NaN] })]);
  });

  it('says which folder is missing, and refuses to write when closed', async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, 'missing', 'log.jsonl');
    assert.throws(
      () => new LogWriter(path),
      (error) => error instanceof ProblemError && error.problem.place?.file === path,
    );
    const writer = new LogWriter(join(folder, 'log.jsonl'));
    writer.close();
    assert.throws(() => writer.append(startedEntry()), ProblemError);
  });

  it('says that the disk is full, and the log stays readable', { skip: !existsSync('/dev/full') }, () => {
    const writer = new LogWriter('/dev/full');
    assert.throws(() => writer.append(startedEntry()), /no space left on the disk/);
    writer.close();
  });

  it('appends even when another process has made the file longer meanwhile', async (t) => {
    const path = join(await temporaryFolder(t), 'log.jsonl');
    const writer = new LogWriter(path);
    writer.append(startedEntry());
    appendFileSync(path, `${JSON.stringify(epochEntry(1))}\n`);
    writer.append(epochEntry(2));
    writer.close();
    assert.deepEqual((await readLog(path)).entries, [startedEntry(), epochEntry(1), epochEntry(2)]);
    assert.ok(statSync(path).size > 0);
  });
});
