import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { installOnce } from '../../scripts/editor/installOnce.js';
import { temporaryFolder } from '../run/temporaryFolder.js';

// An installation that was interrupted must not be taken for a whole one.
test('fills a folder once, and leaves nothing where that fails', async (t) => {
  const root = await temporaryFolder(t);
  assert.throws(
    () =>
      installOnce(
        'thing',
        (folder) => {
          writeFileSync(join(folder, 'half'), '');
          throw new Error('interrupted');
        },
        { root },
      ),
    /interrupted/,
  );
  assert.equal(existsSync(join(root, 'thing')), false);
  let filled = 0;
  const fill = (folder: string) => {
    filled += 1;
    writeFileSync(join(folder, 'whole'), '');
  };
  const place = installOnce('thing', fill, { root });
  assert.equal(installOnce('thing', fill, { root }), place);
  assert.equal(filled, 1);
  assert.ok(existsSync(join(place, 'whole')));
});
