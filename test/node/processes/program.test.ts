import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { programOnPath } from '../../../src/node/processes/program.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

describe('a program of the system', { skip: process.platform === 'win32' }, () => {
  it('is never one that lies where one happens to be', async (t) => {
    const folder = await temporaryFolder(t);
    const [repository, system] = [join(folder, 'repository'), join(folder, 'bin')];
    for (const place of [repository, system]) {
      await mkdir(place);
      await writeFile(join(place, 'git'), '#!/bin/sh\n');
      await chmod(join(place, 'git'), 0o755);
    }
    const from = process.cwd();
    t.after(() => process.chdir(from));
    process.chdir(repository);
    const path = (...folders: string[]) => ({ PATH: folders.join(delimiter) });
    assert.equal(await programOnPath(['git'], path('', '.', relative(repository, repository), '../repository')), null);
    assert.equal(await programOnPath(['git'], path('', '.', '../repository', system)), join(system, 'git'));
    assert.equal(await programOnPath(['other', 'git'], path(system)), join(system, 'git'));
    assert.equal(await programOnPath(['git'], {}), null);
  });
});
