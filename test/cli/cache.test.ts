import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { cacheFolder } from '../../src/run/cacheFolder.js';
import { listRuns } from '../../src/run/runsFolder.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { distillery } from './command.js';
import { runsIn } from './storedRun.js';
import { tiny } from './tiny.js';

describe('distillery cache', () => {
  it('shows what runs share, and deletes it when asked to; runs stay', async (t) => {
    const cwd = await temporaryFolder(t);
    writeFileSync(join(cwd, 'a.distill.json'), tiny());
    assert.match((await distillery(['cache'], { cwd })).stderr, /^Nothing is cached in /);
    await distillery(['run', 'a.distill.json', '--only', 'baseline'], { cwd });

    const shown = await distillery(['cache'], { cwd });
    assert.match(shown.stdout, /pictures-[0-9a-f]{16}\.safetensors +78 kB$/m);
    assert.equal(shown.stderr, '1 file, 78 kB.\n');
    const cleared = await distillery(['cache', '--clear'], { cwd });
    assert.equal(cleared.stderr, 'Deleted 1 file, 78 kB.\n');
    assert.equal(existsSync(cacheFolder(runsIn(cwd))), false);
    assert.equal((await listRuns(runsIn(cwd))).length, 1);
  });
});
