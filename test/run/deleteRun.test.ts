import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ProblemError } from '../../src/core/problem.js';
import { cachedFiles, deleteCached } from '../../src/data/cache/cacheContents.js';
import { deleteRun } from '../../src/run/deleteRun.js';
import { runFolder } from '../../src/run/folder.js';
import { temporaryFolder } from './temporaryFolder.js';

/** What a person has elsewhere, shaped as if it were ours. */
async function elsewhere(t: TestContext): Promise<{ workspace: string; distillery: string; precious: string }> {
  const root = await temporaryFolder(t);
  const workspace = join(root, 'workspace');
  const distillery = join(root, 'elsewhere');
  mkdirSync(workspace);
  mkdirSync(join(distillery, 'runs', 'thesis'), { recursive: true });
  mkdirSync(join(distillery, 'cache'));
  writeFileSync(join(distillery, 'cache', 'photo.safetensors'), 'mine');
  const precious = join(distillery, 'runs', 'thesis', 'run.json');
  writeFileSync(precious, '{}');
  return { workspace, distillery, precious };
}

const isLinked = (error: unknown): boolean => error instanceof ProblemError && error.problem.code === 'linked';

describe('what is deleted for good', () => {
  it('never lies behind a link in place of `.distillery` that came with a repository', async (t) => {
    const { workspace, distillery, precious } = await elsewhere(t);
    symlinkSync(distillery, join(workspace, '.distillery'));
    const runsDir = join(workspace, '.distillery', 'runs');
    await assert.rejects(deleteRun(runFolder(join(runsDir, 'thesis'))), isLinked);
    await assert.rejects(deleteCached(runsDir, await cachedFiles(runsDir)), isLinked);
    assert.ok(existsSync(precious) && existsSync(join(distillery, 'cache', 'photo.safetensors')));
  });

  it('is the link alone, where a run or the cache is one', async (t) => {
    const { workspace, distillery, precious } = await elsewhere(t);
    const runsDir = join(workspace, '.distillery', 'runs');
    mkdirSync(runsDir, { recursive: true });
    symlinkSync(join(distillery, 'runs', 'thesis'), join(runsDir, 'thesis'));
    symlinkSync(join(distillery, 'cache'), join(workspace, '.distillery', 'cache'));
    await deleteRun(runFolder(join(runsDir, 'thesis')));
    assert.ok(!existsSync(join(runsDir, 'thesis')) && existsSync(precious));
    await assert.rejects(deleteCached(runsDir, await cachedFiles(runsDir)), isLinked);
    assert.ok(existsSync(join(distillery, 'cache', 'photo.safetensors')));
  });

  it('is a run with all that is in it, and of the cache what was chosen', async (t) => {
    const workspace = await temporaryFolder(t);
    const runsDir = join(workspace, '.distillery', 'runs');
    mkdirSync(join(runsDir, 'a', 'logits'), { recursive: true });
    writeFileSync(join(runsDir, 'a', 'logits', 'test-1.safetensors'), 'x');
    const cache = join(workspace, '.distillery', 'cache');
    mkdirSync(cache);
    for (const name of ['one', 'two']) writeFileSync(join(cache, name), name);
    await deleteRun(runFolder(join(runsDir, 'a')));
    const files = await cachedFiles(runsDir);
    await deleteCached(
      runsDir,
      files.filter(({ path }) => path.endsWith('one')),
    );
    assert.deepEqual([existsSync(join(runsDir, 'a')), existsSync(join(cache, 'one'))], [false, false]);
    assert.ok(existsSync(join(cache, 'two')));
    await deleteRun(runFolder(join(runsDir, 'a')));
  });
});
