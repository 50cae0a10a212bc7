import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gitState } from '../../src/launch/gitState.js';
import { temporaryFolder } from '../run/temporaryFolder.js';

describe('gitState', () => {
  it('names the commit and whether anything but runs differs from it', async (t) => {
    const folder = await temporaryFolder(t);
    const git = (...args: string[]): string =>
      execFileSync('git', [
        '-c',
        'user.name=x',
        '-c',
        'user.email=x@example.invalid',
        '-C',
        folder,
        ...args,
      ]).toString();
    assert.equal(await gitState(folder), null);
    git('init', '-q');
    assert.equal(await gitState(folder), null);
    mkdirSync(join(folder, 'experiments', '.distillery', 'runs'), { recursive: true });
    const file = join(folder, 'experiments', 'a.distill.json');
    writeFileSync(file, '{}');
    git('add', '.');
    git('commit', '-qm', 'first');
    const commit = git('rev-parse', 'HEAD').trim();
    writeFileSync(join(folder, 'experiments', '.distillery', 'runs', 'run.json'), '{}');
    assert.deepEqual(await gitState(join(folder, 'experiments')), { commit, dirty: false });
    writeFileSync(file, '{ }');
    assert.deepEqual(await gitState(join(folder, 'experiments')), { commit, dirty: true });
  });
});
