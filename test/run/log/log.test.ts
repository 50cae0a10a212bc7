import assert from 'node:assert/strict';
import { appendFileSync, existsSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ProblemError } from '../../../src/core/problem.js';
import { runFolder } from '../../../src/run/folder.js';
import { LogWriter } from '../../../src/run/log/log.js';
import { readLog } from '../../../src/run/log/logTail.js';
import { openedLog } from '../opened.js';
import { epochEntry, startedEntry, stepsEntry } from '../sample.js';
import { temporaryFolder } from '../temporaryFolder.js';

describe('LogWriter', () => {
  it('writes entries that are read back equal, one a line, and goes on where another process left off', async (t) => {
    const folder = runFolder(await temporaryFolder(t));
    const path = folder.log;
    const entries = [startedEntry(), stepsEntry(1, 3), epochEntry(1)];
    for (const entry of entries) {
      const writer = await openedLog(folder);
      writer.append(entry);
      writer.sync();
      writer.close();
      writer.close();
    }
    assert.equal(readFileSync(path, 'utf8').split('\n').length, entries.length + 1);
    assert.deepEqual(await readLog(path), { entries, problems: [] });
  });

  it('does not let the first entry after a crash fuse with the torn line before it', async (t) => {
    const folder = runFolder(await temporaryFolder(t));
    const path = folder.log;
    writeFileSync(path, `${JSON.stringify(startedEntry())}\n{"type":"steps","ti`);
    const writer = await openedLog(folder);
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
    const folder = runFolder(await temporaryFolder(t));
    const path = folder.log;
    writeFileSync(path, '{"torn');
    (await openedLog(folder)).close();
    assert.equal(readFileSync(path, 'utf8'), '{"torn');
  });

  it('keeps a loss that is not a number as one, where JSON has none', async (t) => {
    const folder = runFolder(await temporaryFolder(t));
    const path = folder.log;
    const writer = await openedLog(folder);
    writer.append(stepsEntry(1, 2, { loss: [NaN, Infinity] }));
    writer.close();
    const { entries, problems } = await readLog(path);
    assert.deepEqual(problems, []);
    assert.deepEqual(entries, [stepsEntry(1, 2, { loss: [NaN, NaN] })]);
  });

  it('says which folder is missing, and refuses to write when closed', async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, 'missing');
    await assert.rejects(
      openedLog(runFolder(path)),
      (error) => error instanceof ProblemError && error.problem.place?.file === path,
    );
    const writer = await openedLog(runFolder(folder));
    writer.close();
    assert.throws(() => writer.append(startedEntry()), ProblemError);
  });

  it('says that the disk is full, and the log stays readable', { skip: !existsSync('/dev/full') }, () => {
    const writer = new LogWriter(openSync('/dev/full', 'a+'), { path: '/dev/full' });
    assert.throws(() => writer.append(startedEntry()), /no space left on the disk/);
    writer.close();
  });

  it('appends even when another process has made the file longer meanwhile', async (t) => {
    const folder = runFolder(await temporaryFolder(t));
    const path = folder.log;
    const writer = await openedLog(folder);
    writer.append(startedEntry());
    appendFileSync(path, `${JSON.stringify(epochEntry(1))}\n`);
    writer.append(epochEntry(2));
    writer.close();
    assert.deepEqual((await readLog(path)).entries, [startedEntry(), epochEntry(1), epochEntry(2)]);
    assert.ok(statSync(path).size > 0);
  });
});
