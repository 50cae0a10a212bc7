import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { listRuns } from '../../src/run/runsFolder.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { smallTeacher, trainerRun } from '../trainer/trainerRuns.js';
import { distillery, start } from './command.js';
import { said } from './said.js';
import { finishedRun, range, runsIn } from './storedRun.js';
import { tiny } from './tiny.js';

/** All that lies in a folder: names, contents, and where links lead. */
function snapshot(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const what = entry.isFile() ? readFileSync(path, 'utf8') : entry.isDirectory() ? 'a folder' : 'other';
      return `${relative(folder, path)}: ${what}`;
    })
    .sort();
}

/** A repository with an experiment, and a place outside it that a link in it leads to; cloned, as a person would. */
async function cloned(
  t: TestContext,
  { link, target }: { link: (id: string) => string; target: 'file' | 'folder' },
): Promise<{ home: string; outside: string; id: string }> {
  const place = await temporaryFolder(t);
  const outside = join(place, 'outside');
  mkdirSync(join(outside, 'folder'), { recursive: true });
  writeFileSync(join(outside, 'file'), 'echo hello\n');
  writeFileSync(join(outside, 'folder', 'kept'), 'kept');
  const origin = join(place, 'origin');
  const { id } = await trainerRun(runsIn(origin), smallTeacher);
  writeFileSync(join(origin, 'a.distill.json'), tiny());
  const linked = join(origin, link(id));
  const git = (...args: string[]): void => {
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.invalid', '-c', 'init.defaultBranch=main'];
    execFileSync('git', [...author, ...args], { cwd: origin, stdio: 'pipe' });
  };
  // A link in the place of a folder takes what is in it along.
  mkdirSync(dirname(linked), { recursive: true });
  if (lstatSync(linked, { throwIfNoEntry: false }) !== undefined) renameSync(linked, join(outside, 'folder', 'there'));
  symlinkSync(join(outside, target), linked);
  git('init', '-q');
  git('add', '-A', '-f');
  git('commit', '-q', '-m', 'an experiment');
  const home = join(place, 'home');
  execFileSync('git', ['clone', '-q', origin, home], { stdio: 'pipe' });
  assert.ok(lstatSync(join(home, link(id))).isSymbolicLink(), 'git stores links');
  return { home, outside, id };
}

const inRun = (name: string) => (id: string) => join('.distillery', 'runs', id, name);

describe('a repository that somebody else made', () => {
  for (const name of ['log.jsonl', 'trainer.log', 'logits']) {
    it(`writes nothing outside itself where ${name} of a run is a link`, async (t) => {
      const target = name === 'logits' ? 'folder' : 'file';
      const { home, outside, id } = await cloned(t, { link: inRun(name), target });
      const before = snapshot(outside);
      const resumed = await distillery(['resume', id], { cwd: home });
      assert.notEqual(resumed.code, 0);
      assert.match(resumed.stderr, /A link stands here/);
      await distillery(['stop', id], { cwd: home });
      assert.deepEqual(snapshot(outside), before);
    });
  }

  for (const name of ['stop', 'engine', 'checkpoint.safetensors']) {
    it(`writes nothing outside itself where ${name} of a run is a link`, async (t) => {
      const { home, outside, id } = await cloned(t, { link: inRun(name), target: 'file' });
      const before = snapshot(outside);
      const stopped = await distillery(['stop', id], { cwd: home });
      if (name === 'stop') assert.match(stopped.stderr, /A link stands here/);
      await distillery(['resume', id, '--engine', 'onnx/cpu'], { cwd: home });
      assert.deepEqual(snapshot(outside), before);
    });
  }

  for (const link of ['.distillery', '.distillery/runs']) {
    it(`writes nothing outside itself where ${link} is a link, and says how to go on`, async (t) => {
      const { home, outside, id } = await cloned(t, { link: () => link, target: 'folder' });
      const before = snapshot(outside);
      for (const words of [
        ['run', 'a.distill.json'],
        ['resume', id],
        ['stop', id],
      ]) {
        const { code, stderr } = await distillery(words, { cwd: home });
        assert.notEqual(code, 0, words.join(' '));
        if (words[0] === 'run') assert.match(stderr, /A link stands here.*\n.*runs folder/s);
      }
      assert.deepEqual(snapshot(outside), before);
      const named = await distillery(['run', 'a.distill.json', '--runs', join(outside, 'folder', 'runs')], {
        cwd: home,
      });
      assert.equal(named.code, 0, named.stderr);
    });
  }

  for (const link of ['.distillery/cache', '.distillery/data']) {
    it(`trains and writes nothing outside itself where ${link} is a link`, async (t) => {
      const { home, outside } = await cloned(t, { link: () => link, target: 'folder' });
      const before = snapshot(outside);
      const ran = await distillery(['run', 'a.distill.json', '--only', 'teacher'], { cwd: home });
      assert.equal(ran.code, 0, ran.stderr);
      assert.equal((await distillery(['cache', '--clear'], { cwd: home })).code, 0);
      assert.deepEqual(snapshot(outside), before);
    });
  }
});

describe('a run that is a link', () => {
  it('is listed and shown as one, is not trained again, and nothing is written behind it', async (t) => {
    const home = await temporaryFolder(t);
    writeFileSync(join(home, 'a.distill.json'), tiny());
    const first = await distillery(['run', 'a.distill.json'], { cwd: home });
    assert.equal(first.code, 0, first.stderr);
    const ids = await listRuns(runsIn(home));
    const elsewhere = join(home, 'elsewhere');
    mkdirSync(elsewhere);
    for (const id of ids) {
      renameSync(join(runsIn(home), id), join(elsewhere, id));
      symlinkSync(join(elsewhere, id), join(runsIn(home), id));
    }
    symlinkSync(join(home, 'nowhere'), join(runsIn(home), 'dangling'));
    const before = snapshot(elsewhere);
    const listed = await distillery(['list'], { cwd: home });
    for (const id of ids) assert.match(listed.stdout, new RegExp(`^${id} `, 'm'));
    assert.match(listed.stderr, /is a link to .*elsewhere.*nothing is written there/);
    const [id = ''] = ids;
    assert.match((await distillery(['show', id], { cwd: home })).stderr, /is a link to/);
    const again = await distillery(['run', 'a.distill.json'], { cwd: home });
    assert.equal(again.code, 0, again.stderr);
    assert.equal(again.stdout.match(/ reused$/gm)?.length, ids.length, again.stdout);
    assert.deepEqual(await listRuns(runsIn(home)), ids);
    const stopped = await distillery(['stop', id], { cwd: home });
    assert.match(stopped.stderr, /A link stands here/);
    assert.deepEqual(snapshot(elsewhere), before);
  });

  it('is compared as any other', async (t) => {
    const home = await temporaryFolder(t);
    const folder = await finishedRun(runsIn(home), { wrong: range(0, 4) });
    renameSync(folder.path, join(home, 'there'));
    symlinkSync(join(home, 'there'), folder.path);
    const { code, stdout } = await distillery(['show', folder.id], { cwd: home });
    assert.equal(code, 0);
    assert.match(stdout, /4 errors of 100/);
  });
});

describe('a queue', () => {
  it('ends when its runs are moved, says so, and makes nothing in the old place', async (t) => {
    const home = await temporaryFolder(t);
    writeFileSync(join(home, 'a.distill.json'), tiny({ teacherEpochs: 2000 }));
    const { child, answer } = start(['run', 'a.distill.json'], { cwd: home });
    await said(child.stderr, /teacher .*: epoch 2\/2,?000/);
    renameSync(join(home, '.distillery'), join(home, 'moved'));
    const { code, stdout, stderr } = await answer;
    assert.equal(code, 1);
    assert.match(stderr + stdout, /moved, replaced or deleted/);
    assert.doesNotMatch(stdout, /finished/);
    assert.deepEqual(readdirSync(home).sort(), ['a.distill.json', 'moved']);
  });
});
