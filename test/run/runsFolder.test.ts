import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { ProblemError, type Problem } from '../../src/core/problem.js';
import { draftOf } from '../../src/node/files/draft.js';
import { runFolder } from '../../src/run/folder.js';
import { readRuns } from '../../src/run/run.js';
import { listRuns, readRecord, runId } from '../../src/run/runsFolder.js';
import { sampleDraft, sampleRecord, sampleSpec } from './sample.js';
import { sleeper } from './sleeper.js';
import { temporaryFolder } from './temporaryFolder.js';
import { madeRun } from './opened.js';

async function problemFrom(promise: Promise<unknown>): Promise<Problem> {
  return promise.then(
    () => assert.fail('no problem'),
    (error: unknown) => (error instanceof ProblemError ? error.problem : assert.fail(String(error))),
  );
}

describe('runId', () => {
  const created = new Date('2026-11-23T18:42:05.678Z');
  const specHash = '3f9c2a'.padEnd(64, '0');

  it('reads well and sorts by time', () => {
    assert.equal(runId({ created, spec: sampleSpec(), specHash }), '20261123-184205-student-t20-a0.9-s0-3f9c2a');
    const spec = sampleSpec({ role: 'teacher', distill: null, seed: 7 });
    assert.equal(runId({ created, spec, specHash }), '20261123-184205-teacher-s7-3f9c2a');
  });
});

describe('createRun', () => {
  it('makes a folder whose record is read back equal', async (t) => {
    const runsDir = join(await temporaryFolder(t), 'deep', 'runs');
    const { folder, record } = await madeRun(runsDir, sampleDraft());
    assert.equal(folder.id, '20261123-184205-student-t20-a0.9-s0-3f9c2a');
    assert.deepEqual(record, { ...sampleDraft(), id: folder.id });
    assert.deepEqual(await readRecord(folder), record);
    assert.deepEqual(readdirSync(runsDir), [folder.id]);
  });

  it('numbers runs of the same name, even those made at the same moment, and replaces none', async (t) => {
    const runsDir = await temporaryFolder(t);
    const made = await Promise.all(Array.from({ length: 5 }, () => madeRun(runsDir, sampleDraft())));
    assert.equal(new Set(made.map(({ folder }) => folder.id)).size, 5);
    for (const { folder, record } of made) assert.deepEqual(await readRecord(folder), record);
    assert.deepEqual(
      (await listRuns(runsDir)).map((id) => id.slice(-7)),
      ['-3f9c2a', '9c2a-2', '9c2a-3', '9c2a-4', '9c2a-5'].map((end) =>
        `20261123-184205-student-t20-a0.9-s0-3f${end}`.slice(-7),
      ),
    );
  });

  it('takes away runs that killed processes had half made, and none that is being made', async (t) => {
    const runsDir = await temporaryFolder(t);
    const { identity, kill } = await sleeper();
    const half = await draftOf(join(runsDir, '.new'), identity);
    mkdirSync(half);
    writeFileSync(join(half, 'run.json'), 'half');
    const { folder } = await madeRun(runsDir, sampleDraft());
    assert.deepEqual(readdirSync(runsDir).sort(), [basename(half), folder.id]);
    await kill();
    await madeRun(runsDir, sampleDraft());
    assert.deepEqual(readdirSync(runsDir).sort(), [folder.id, `${folder.id}-2`]);
  });

  it('says which folder it may not write, and what to do', async (t) => {
    const runsDir = join(await temporaryFolder(t), 'runs');
    writeFileSync(runsDir, 'a file stands here');
    const problem = await problemFrom(madeRun(runsDir, sampleDraft()));
    assert.equal(problem.code, 'not-a-folder');
    assert.equal(problem.message, 'Could not make the runs folder: a file stands where a folder is needed.');
    assert.equal(problem.place?.file, runsDir);
    assert.equal(readFileSync(runsDir, 'utf8'), 'a file stands here');
  });

  it('says that permission was denied', { skip: !existsSync('/sys/kernel') }, async () => {
    const problem = await problemFrom(madeRun('/sys/runs', sampleDraft()));
    assert.equal(problem.code, 'no-permission');
    assert.match(problem.message, /^Could not make the runs folder: (permission was denied|the file system is)/);
  });
});

describe('listRuns', () => {
  it('lists folders only, oldest first, none that begins with a dot, and none where there is no folder', async (t) => {
    const runsDir = await temporaryFolder(t);
    for (const name of ['20270101-b', '20260101-a', '.new-1234']) mkdirSync(join(runsDir, name));
    writeFileSync(join(runsDir, 'notes.txt'), '');
    assert.deepEqual(await listRuns(runsDir), ['20260101-a', '20270101-b']);
    assert.deepEqual(await listRuns(join(runsDir, 'missing')), []);
  });

  it('does not pass over what took the place of a run', async (t) => {
    const runsDir = await temporaryFolder(t);
    const id = '20261123-184205-student-t20-a0.9-s0-3f9c2a';
    writeFileSync(join(runsDir, id), '');
    symlinkSync('nowhere', join(runsDir, `${id}-2`));
    assert.deepEqual(await listRuns(runsDir), [id, `${id}-2`]);
    assert.deepEqual(
      (await readRuns(runsDir)).map((run) => run.kind),
      ['damaged', 'damaged'],
    );
  });
});

describe('readRecord', () => {
  const cases: [string, string | null, string, RegExp][] = [
    ['is missing', null, 'run-missing', /There is no run here/],
    ['is no JSON', '{"version": 1,', 'run-damaged', /is damaged: it is not JSON/],
    ['lacks a part', JSON.stringify({ ...sampleRecord(), specHash: 'short' }), 'run-damaged', /is damaged: specHash: /],
    ['is newer', JSON.stringify({ ...sampleRecord(), version: 2 }), 'run-newer', /written by a newer Distillery/],
  ];
  for (const [what, text, code, message] of cases) {
    it(`names the file and what to do when it ${what}`, async (t) => {
      const folder = runFolder(await temporaryFolder(t));
      if (text !== null) writeFileSync(folder.record, text);
      const problem = await problemFrom(readRecord(folder));
      assert.equal(problem.code, code);
      assert.match(problem.message, message);
      assert.equal(problem.place?.file, folder.record);
      assert.ok(problem.fix);
    });
  }
});
