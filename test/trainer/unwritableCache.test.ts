import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { EngineCache } from '../../src/machine/engineCache.js';
import { AnswerStore } from '../../src/trainer/answers/answerStore.js';
import { DecodedStore } from '../../src/trainer/data/decodedStore.js';
import { sharedAt } from '../run/opened.js';
import { skipWithoutMount, smallDisk } from '../run/smallDisk.js';
import { wanted } from './answers/slowMaker.js';

const [n, width] = [64, 1024];

/** What is wrong with the disk of the cache, and whether its folder is there. */
const faults: Record<string, (t: TestContext) => Promise<string>> = {
  'on a full disk': async (t) => {
    const { disk, fill } = await smallDisk(t, '1m');
    const cache = join(disk, 'cache');
    mkdirSync(cache);
    fill(0);
    return cache;
  },
  'on a disk with room for a part of it': async (t) => {
    const { disk, fill } = await smallDisk(t, '1m');
    const cache = join(disk, 'cache');
    mkdirSync(cache);
    fill(40_960);
    return cache;
  },
  'on a full disk, and not even made': async (t) => {
    const { disk, remount } = await smallDisk(t, '1m');
    remount('nr_inodes=1');
    return join(disk, 'cache');
  },
  'that may only be read': async (t) => {
    const { disk, remount } = await smallDisk(t, '1m');
    const cache = join(disk, 'cache');
    mkdirSync(cache);
    remount('ro');
    return cache;
  },
  'where it may not be made': async (t) => {
    const { disk, remount } = await smallDisk(t, '1m');
    remount('ro');
    return join(disk, 'cache');
  },
};

for (const [where, prepare] of Object.entries(faults)) {
  describe(`a cache ${where} costs time and no run`, { skip: skipWithoutMount() }, () => {
    for (const keepSeconds of [0, 10]) {
      it(`answers of frozen networks, kept ${keepSeconds === 0 ? 'in parts' : 'as one'}`, async (t) => {
        const notes: string[] = [];
        const cache = sharedAt(await prepare(t));
        const note = (text: string): number => notes.push(text);
        const store = new AnswerStore({ cache, keepSeconds, note, onProgress: () => () => undefined });
        const values = Float32Array.from(wanted({ n, width }));
        const rows = await store.rows({
          kind: 'logits',
          identity: {},
          what: 'logits of a toy',
          n,
          open: () =>
            Promise.resolve({
              width,
              batchSize: 8,
              rows: ({ first, count }) => Promise.resolve(values.slice(first * width, (first + count) * width)),
              dispose: () => Promise.resolve(),
            }),
        });
        assert.deepEqual(await rows.all(), values);
        assert.match(notes.join('\n'), /The answers are not kept for other runs\. /);
        await rows.dispose();
      });
    }

    it('decoded pictures', async (t) => {
      const notes: string[] = [];
      const pixels = new Uint8Array(100 * 32 * 32).fill(7);
      const options = { cache: sharedAt(await prepare(t)), note: (text: string) => notes.push(text) };
      const store = new DecodedStore({ ...options, freeBytes: () => Promise.resolve(1e9) });
      const decoded = { n: 100, height: 32, width: 32, channels: 1, pixels, damaged: [] } as const;
      const split = await store.split({ identity: {}, what: 'train', decode: () => Promise.resolve(decoded) });
      assert.deepEqual(split.pixels, pixels);
      assert.match(notes.join('\n'), /The decoded pictures are not kept for other runs\. /);
    });

    it('what was measured of the engines', async (t) => {
      const folder = await prepare(t);
      const cache = new EngineCache(join(folder, 'engines.json'));
      await cache.keep('a', []);
      assert.ok(readdirSync(join(folder, '..')).every((name) => !name.endsWith('.tmp')));
    });
  });
}
