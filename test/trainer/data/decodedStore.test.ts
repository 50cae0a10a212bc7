import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { cachedFiles, contentsWords } from '../../../src/data/cache/cacheContents.js';
import { cacheFolder } from '../../../src/run/cacheFolder.js';
import { DecodedStore, type DecodedStoreOptions } from '../../../src/trainer/data/decodedStore.js';
import { sha256 } from '../../../src/node/files/hash.js';
import { draftOf } from '../../../src/node/files/draft.js';
import { sleeper } from '../../run/sleeper.js';
import { sharedAt } from '../../run/opened.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

const pixels = Uint8Array.from({ length: 4 * 2 * 3 * 3 }, (_, index) => (index * 11) % 256);
const pictures = { n: 4, height: 2, width: 3, channels: 3, pixels, damaged: [] } as const;

/** A store, and how to ask it for the pictures of a toy; how often they were decoded is counted. */
function storeIn(folder: string, more: Partial<DecodedStoreOptions> = {}) {
  const notes: string[] = [];
  const counts = { decoded: 0 };
  const store = new DecodedStore({ cache: sharedAt(folder), note: (text) => notes.push(text), ...more });
  const ask = (name = 'a', decoded = pictures) =>
    store.split({
      identity: { name },
      what: `train, 4 pictures of ${name}`,
      decode: () => {
        counts.decoded++;
        return Promise.resolve(decoded);
      },
    });
  return { ask, notes, counts };
}

describe('decoded pictures', () => {
  it('are decoded once for all runs, and are the same bytes with the same checksum', async (t) => {
    const folder = join(await temporaryFolder(t), 'cache');
    const first = await storeIn(folder).ask();
    const second = storeIn(folder);
    const found = await second.ask();
    assert.deepEqual([second.counts.decoded, second.notes], [0, []]);
    assert.deepEqual(found, { ...pictures, sha256: sha256(pixels) });
    assert.deepEqual(first, found);
  });

  it('are those of one identity', async (t) => {
    const folder = await temporaryFolder(t);
    const { ask, counts } = storeIn(folder);
    await ask('a');
    await ask('b');
    assert.equal(counts.decoded, 2);
    assert.equal((await readdir(folder)).length, 2);
  });

  const damages: Record<string, (file: string, other: string) => Promise<void>> = {
    'cut short': async (file) => truncate(file, (await readFile(file)).length - 10),
    empty: (file) => truncate(file, 0),
    'with a changed pixel': async (file) => {
      const bytes = await readFile(file);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      await writeFile(file, bytes);
    },
    'of other files under this name': async (file, other) => writeFile(file, await readFile(other)),
    'that is no file of pictures': (file) => writeFile(file, 'nothing of the kind'),
  };
  for (const [how, damage] of Object.entries(damages)) {
    it(`are decoded again where an entry is ${how}, which is said`, async (t) => {
      const folder = await temporaryFolder(t);
      await storeIn(folder).ask();
      const [file = ''] = await readdir(folder);
      await storeIn(folder).ask('other');
      const other = (await readdir(folder)).find((name) => name !== file) ?? '';
      await damage(join(folder, file), join(folder, other));
      const second = storeIn(folder);
      assert.deepEqual((await second.ask()).pixels, pixels);
      assert.equal(second.counts.decoded, 1);
      assert.equal(second.notes.length, 1, second.notes.join());
      assert.ok(second.notes[0]?.includes(file), 'it names the file');
      const third = storeIn(folder);
      await third.ask();
      assert.deepEqual([third.counts.decoded, third.notes], [0, []], 'it was fixed');
    });
  }

  it('are whole when several keep the same at once', async (t) => {
    const folder = await temporaryFolder(t);
    const many = Array.from({ length: 6 }, () => storeIn(folder));
    for (const found of await Promise.all(many.map(({ ask }) => ask()))) assert.deepEqual(found.pixels, pixels);
    assert.deepEqual(
      many.flatMap(({ notes }) => notes),
      [],
    );
    assert.equal((await readdir(folder)).length, 1);
    const next = storeIn(folder);
    await next.ask();
    assert.equal(next.counts.decoded, 0);
  });

  it('take a quarter of the disk at most: what does not fit is not kept, and said so', async (t) => {
    const folder = await temporaryFolder(t);
    const full = storeIn(folder, { freeBytes: () => Promise.resolve(4 * pixels.length - 1) });
    assert.deepEqual((await full.ask()).pixels, pixels);
    assert.deepEqual(await readdir(folder), []);
    assert.match(full.notes.join('\n'), /^The decoded pictures \(train, 4 pictures of a\) are not kept .* 72 B.* 72 B/);
    const enough = storeIn(folder, { freeBytes: () => Promise.resolve(4 * pixels.length) });
    await enough.ask();
    assert.deepEqual([(await readdir(folder)).length, enough.notes], [1, []]);
  });

  it('make room for newer ones: those that were used longest ago go first, and it is said', async (t) => {
    const folder = await temporaryFolder(t);
    const roomy = storeIn(folder);
    await roomy.ask('old');
    const [old = ''] = await readdir(folder);
    await roomy.ask('older');
    const older = (await readdir(folder)).find((name) => name !== old) ?? '';
    // Both lie there for long, but one of them is used now.
    for (const name of [old, older]) await utimes(join(folder, name), 1, 1);
    await roomy.ask('old');
    const entry = (await stat(join(folder, old))).size;
    // A quarter of what would be free without them is the room of two entries and a little.
    const free = 4 * (2 * entry + 10) - 2 * entry;
    const tight = storeIn(folder, { freeBytes: () => Promise.resolve(free) });
    await tight.ask('new');
    const left = await readdir(folder);
    assert.deepEqual([left.length, left.includes(old), left.includes(older)], [2, true, false]);
    assert.match(tight.notes.join('\n'), new RegExp(`${older} was deleted to make room`));
  });

  it('clear away what a killed process left of them, and not what somebody is writing', async (t) => {
    const folder = await temporaryFolder(t);
    const { identity, kill } = await sleeper();
    await kill();
    const [left, living] = [
      await draftOf(join(folder, 'decoded-a.safetensors'), identity),
      await draftOf(join(folder, 'decoded-a.safetensors')),
    ];
    for (const path of [left, living]) await writeFile(path, 'half');
    await storeIn(folder).ask();
    const names = (await readdir(folder)).filter((name) => name.endsWith('.tmp'));
    assert.deepEqual(names, [basename(living)]);
  });

  it('are not needed: where they cannot be kept the run goes on, and it is said', async (t) => {
    const place = join(await temporaryFolder(t), 'cache');
    await writeFile(place, 'a file stands where the folder should be');
    const { ask, notes } = storeIn(place);
    assert.deepEqual((await ask()).pixels, pixels);
    assert.match(notes.join('\n'), /are not kept for other runs/);
  });

  it('say of themselves in the cache what they are', async (t) => {
    const runs = join(await temporaryFolder(t), '.distillery', 'runs');
    const folder = cacheFolder(runs);
    await mkdir(folder, { recursive: true });
    await storeIn(folder).ask();
    await writeFile(join(folder, 'decoded-b.tmp'), 'half');
    const [whole, left] = await cachedFiles(runs);
    assert.ok(whole !== undefined && left !== undefined);
    const [shown, half] = [whole, left]
      .sort((a, b) => b.bytes - a.bytes)
      .map(({ contents }) => contentsWords(contents));
    assert.equal(shown, 'train, 4 pictures of a, decoded: 2×3, in colour');
    assert.equal(half, 'being written, or left by a process that was killed');
  });
});
