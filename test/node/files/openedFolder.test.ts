import assert from 'node:assert/strict';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { OpenedFolder } from '../../../src/node/files/openedFolder.js';
import { ProblemError } from '../../../src/core/problem.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

const isLinux = process.platform === 'linux';

test('what is written through an opened folder follows it when it is renamed', { skip: !isLinux }, async (t) => {
  const home = await temporaryFolder(t);
  await mkdir(join(home, 'a'));
  const folder = await OpenedFolder.open(join(home, 'a'));
  t.after(() => folder.close());
  assert.ok(folder.stands());
  await rename(join(home, 'a'), join(home, 'b'));
  await writeFile(folder.at('file'), 'here');
  assert.equal(await readFile(join(home, 'b', 'file'), 'utf8'), 'here');
  assert.equal(folder.stands(), false);
  assert.equal(folder.isDeleted(), false);
  assert.throws(() => folder.mustStand(), problem('folder-moved'));
});

test('another folder in its place is not taken for it', async (t) => {
  const home = await temporaryFolder(t);
  await mkdir(join(home, 'a'));
  const folder = await OpenedFolder.open(join(home, 'a'));
  t.after(() => folder.close());
  await rename(join(home, 'a'), join(home, 'b'));
  await mkdir(join(home, 'a'));
  assert.equal(folder.stands(), false);
});

test('a deleted folder is told from a moved one', { skip: !isLinux }, async (t) => {
  const home = await temporaryFolder(t);
  await mkdir(join(home, 'a'));
  const folder = await OpenedFolder.open(join(home, 'a'));
  t.after(() => folder.close());
  await rm(join(home, 'a'), { recursive: true });
  assert.ok(folder.isDeleted());
  await assert.rejects(writeFile(folder.at('file'), ''), { code: 'ENOENT' });
});

test('no inner folder is opened through a link, neither where it is there nor where it is to be made', async (t) => {
  const home = await temporaryFolder(t);
  await mkdir(join(home, 'elsewhere'));
  await mkdir(join(home, 'a'));
  await symlink(join(home, 'elsewhere'), join(home, 'a', 'inner'));
  await symlink(join(home, 'nowhere'), join(home, 'a', 'dangling'));
  const folder = await OpenedFolder.open(join(home, 'a'));
  t.after(() => folder.close());
  await assert.rejects(folder.inner('inner'), problem('linked'));
  await assert.rejects(folder.inner('inner', { make: true }), problem('linked'));
  await assert.rejects(folder.inner('dangling', { make: true }), problem('linked'));
  const made = await folder.inner('made', { make: true });
  t.after(() => made.close());
  assert.equal(made.path, join(home, 'a', 'made'));
});

test('an entry has a plain name', async (t) => {
  const home = await temporaryFolder(t);
  const folder = await OpenedFolder.open(home);
  t.after(() => folder.close());
  for (const name of ['', '.', '..', '../x', 'a/b', 'a\\b']) assert.throws(() => folder.at(name), /no entry/);
});

function problem(code: string): (error: unknown) => boolean {
  return (error) => error instanceof ProblemError && error.problem.code === code;
}
