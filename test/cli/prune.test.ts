import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { range, runsIn, storedRun } from './storedRun.js';
import type { RunFolder } from '../../src/run/folder.js';
import { writeLogits } from '../../src/run/logits/logits.js';
import { withRun } from '../../src/run/openedRun.js';
import type { RunRecord } from '../../src/run/record.js';
import { epochEntry, metrics, sampleDraft, sampleSpec, startedEntry } from '../run/sample.js';
import { sleeper } from '../run/sleeper.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { distillery } from './command.js';

const epochs = 20;
const role = (name: 'teacher' | 'student', hash: string): Partial<RunRecord> => ({
  spec: sampleSpec({ role: name, name, ...(name === 'teacher' && { distill: null }) }),
  specHash: hash.padEnd(64, '0'),
});

/** A run of twenty epochs that kept all of its logits, with a checkpoint. */
async function longRun(
  runsDir: string,
  { record, ended = true, started = {} }: { record: Partial<RunRecord>; ended?: boolean; started?: object },
): Promise<RunFolder> {
  const test = metrics(7);
  const folder = await storedRun(runsDir, {
    record,
    entries: [
      startedEntry(started),
      ...range(1, epochs + 1).map((epoch) => epochEntry(epoch)),
      ...(ended ? [{ type: 'finished', time: 900_000, step: 2_000, seconds: 31, test } as const] : []),
    ],
  });
  const answers = { n: 100, classes: 10, logits: new Float32Array(1_000), labels: new Int32Array(100) };
  await withRun(folder, async (run) => {
    for (const epoch of range(1, epochs + 1)) await writeLogits(run, { split: 'test', epoch }, answers);
  });
  writeFileSync(folder.checkpoint, Buffer.alloc(5_000));
  return folder;
}

const epochsIn = ({ path }: RunFolder): number[] =>
  readdirSync(join(path, 'logits'))
    .map((name) => Number(/\d+/.exec(name)?.[0]))
    .sort((a, b) => a - b);

async function family(t: TestContext): Promise<{ cwd: string; teacher: RunFolder; student: RunFolder }> {
  const cwd = await temporaryFolder(t);
  const teacher = await longRun(runsIn(cwd), { record: role('teacher', 'aa') });
  const student = await longRun(runsIn(cwd), { record: { ...role('student', 'bb'), teachers: [teacher.id] } });
  return { cwd, teacher, student };
}

describe('distillery prune', () => {
  it('says what would go, and deletes nothing before that was agreed to', async (t) => {
    const { cwd, teacher, student } = await family(t);
    const looked = await distillery(['prune', '--keep', '5', '--dry-run'], { cwd });
    assert.equal(looked.code, 0);
    assert.match(looked.stdout, new RegExp(`${teacher.id} .* 16 files, \\d+ kB +–`));
    assert.match(looked.stderr, /^Nothing was deleted\. 1\d\d kB would be free\./);
    const asked = await distillery(['prune', '--keep', '5'], { cwd });
    assert.equal(asked.code, 2);
    assert.match(asked.stderr, /nobody can be asked here\.\n {2}Write --yes/);
    assert.deepEqual([epochsIn(teacher).length, epochsIn(student).length], [epochs, epochs]);
  });

  it('keeps first and last epoch and those evenly between, and every checkpoint', async (t) => {
    const { cwd, teacher, student } = await family(t);
    assert.equal((await distillery(['prune', student.id, '--keep', '5', '--yes'], { cwd })).code, 0);
    assert.deepEqual(epochsIn(student), [1, 9, 17, 20]);
    assert.equal(epochsIn(teacher).length, epochs);
    assert.ok(existsSync(student.checkpoint));
    const { stdout } = await distillery(['compare', teacher.id, student.id, '--json'], { cwd });
    assert.match(stdout, /"p/);
    assert.equal((await distillery(['prune', student.id, '--keep', '5'], { cwd })).code, 0);
  });

  it('takes the checkpoint of a finished student only where it is asked to, and never a teacher’s', async (t) => {
    const { cwd, teacher, student } = await family(t);
    assert.equal((await distillery(['prune', '--checkpoints', '--yes'], { cwd })).code, 0);
    assert.deepEqual([existsSync(teacher.checkpoint), existsSync(student.checkpoint)], [true, false]);
    assert.equal(epochsIn(student).length, epochs);
  });

  it('leaves a run alone that a trainer is at, and one that is to keep all', async (t) => {
    const cwd = await temporaryFolder(t);
    const { identity, kill } = await sleeper();
    t.after(kill);
    const living = await longRun(runsIn(cwd), { record: role('teacher', 'aa'), ended: false, started: identity });
    const { execution } = sampleDraft();
    const whole = await longRun(runsIn(cwd), {
      record: { ...role('student', 'bb'), execution: { ...execution, keep: { logits: 'all' } } },
    });
    assert.match((await distillery(['prune', '--yes'], { cwd })).stderr, /Nothing is there that could go/);
    assert.equal((await distillery(['prune', living.id, '--keep', '3', '--yes'], { cwd })).code, 0);
    assert.deepEqual([epochsIn(living).length, epochsIn(whole).length], [epochs, epochs]);
  });

  it('touches nothing behind a link: of a run, or of the folder that came with a repository', async (t) => {
    const away = await temporaryFolder(t);
    const run = await longRun(runsIn(away), { record: role('student', 'bb') });
    const cwd = await temporaryFolder(t);
    mkdirSync(runsIn(cwd), { recursive: true });
    symlinkSync(run.path, join(runsIn(cwd), run.id));
    assert.match(
      (await distillery(['prune', '--keep', '3', '--checkpoints', '--yes'], { cwd })).stderr,
      /Nothing is there/,
    );
    const cloned = await temporaryFolder(t);
    symlinkSync(join(away, '.distillery'), join(cloned, '.distillery'));
    const refused = await distillery(['prune', '--keep', '3', '--checkpoints', '--yes'], { cwd: cloned });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /A link stands here, and Distillery writes through none/);
    assert.deepEqual([epochsIn(run).length, existsSync(run.checkpoint)], [epochs, true]);
  });

  it('says what may follow --keep', async (t) => {
    const { code, stderr } = await distillery(['prune', '--keep', '64MiB'], { cwd: await temporaryFolder(t) });
    assert.equal(code, 2);
    assert.match(stderr, /`--keep 64MiB` says not how much is to stay\.\n {2}Write a budget/);
  });
});
