import assert from 'node:assert/strict';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { writeNamedFile } from '../../../src/node/files/atomicFile.js';
import { clearDraftsAt, draftOf } from '../../../src/node/files/draft.js';
import { ownIdentity, type ProcessIdentity } from '../../../src/node/processes/process.js';
import { sleeper } from '../../run/sleeper.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

const hour = 3600;

async function killed(): Promise<ProcessIdentity> {
  const { identity, kill } = await sleeper();
  await kill();
  return identity;
}

/** Writes a half-made file and says when it was last written to. */
async function half(path: string, { secondsAgo = 0 }: { secondsAgo?: number } = {}): Promise<string> {
  await writeFile(path, 'half');
  const then = Date.now() / 1000 - secondsAgo;
  await utimes(path, then, then);
  return basename(path);
}

describe('what is half made', () => {
  it('goes where its process was killed, files and folders', async (t) => {
    const folder = await temporaryFolder(t);
    const gone = await killed();
    await half(await draftOf(join(folder, 'a.json'), gone));
    const inside = await draftOf(join(folder, '.new'), gone);
    await mkdir(inside);
    await half(join(inside, 'run.json'));
    await half(join(folder, 'whole.json'));
    await clearDraftsAt(folder);
    assert.deepEqual(await readdir(folder), ['whole.json']);
  });

  it('stays where its process lives, however long ago it wrote', async (t) => {
    const folder = await temporaryFolder(t);
    const { identity, kill } = await sleeper();
    const theirs = await half(await draftOf(join(folder, 'a'), identity), { secondsAgo: 1000 * hour });
    const own = await half(await draftOf(join(folder, 'a')), { secondsAgo: 1000 * hour });
    await clearDraftsAt(folder);
    assert.deepEqual((await readdir(folder)).sort(), [theirs, own].sort());
    await kill();
    await clearDraftsAt(folder);
    assert.deepEqual(await readdir(folder), [own]);
  });

  it('goes where another process has the number now', async (t) => {
    const folder = await temporaryFolder(t);
    await half(await draftOf(join(folder, 'a'), { ...(await ownIdentity()), pidStart: 'long ago' }));
    await clearDraftsAt(folder);
    assert.deepEqual(await readdir(folder), []);
  });

  it('of another machine, or of nobody, goes when nobody has written to it for an hour', async (t) => {
    const folder = await temporaryFolder(t);
    const elsewhere = { ...(await killed()), host: 'elsewhere.invalid' };
    const fresh = [
      await half(await draftOf(join(folder, 'a'), elsewhere), { secondsAgo: 0.9 * hour }),
      await half(join(folder, 'a.0123abcd.tmp'), { secondsAgo: 0.9 * hour }),
    ];
    await half(await draftOf(join(folder, 'a'), elsewhere), { secondsAgo: 1.1 * hour });
    await half(join(folder, 'b.0123abcd.tmp'), { secondsAgo: 1.1 * hour });
    await clearDraftsAt(folder);
    assert.deepEqual((await readdir(folder)).sort(), fresh.sort());
  });

  it('goes when the same file is written again, and what others left beside it stays theirs', async (t) => {
    const folder = await temporaryFolder(t);
    const gone = await killed();
    const path = join(folder, 'student.onnx');
    await half(await draftOf(path, gone));
    const others = [
      await half(await draftOf(join(folder, 'other.onnx'), gone)),
      await half(join(folder, 'student.onnx.0123abcd.tmp'), { secondsAgo: 1000 * hour }),
      await half(join(folder, 'notes.tmp'), { secondsAgo: 1000 * hour }),
    ];
    await writeNamedFile(path, 'whole');
    assert.deepEqual((await readdir(folder)).sort(), [...others, 'student.onnx'].sort());
  });

  it('has room for its name beside a file whose name is as long as names may be', async (t) => {
    const path = join(await temporaryFolder(t), '日'.repeat(85));
    await writeNamedFile(path, 'whole');
    assert.deepEqual(await readdir(join(path, '..')), [basename(path)]);
  });
});
