import assert from 'node:assert/strict';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { build } from 'esbuild';
import { describeAnswers, writeAnswers } from '../../../src/run/cache/answers.js';
import { AnswerStore, type AnswerRequest } from '../../../src/trainer/answers/answerStore.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { slowMaker, wanted } from './slowMaker.js';

const n = 40;
const width = 3;

/** A store, and an answer to ask for; how many rows were made is counted. */
function storeIn(
  folder: string,
  { keepSeconds = 10, stopAt = Infinity }: { keepSeconds?: number; stopAt?: number } = {},
) {
  const made = { rows: 0, opened: 0 };
  const notes: string[] = [];
  const store = new AnswerStore({
    folder,
    keepSeconds,
    note: (text) => notes.push(text),
    onProgress: () => (done) => {
      if (done >= stopAt) throw new Error('told to stop');
    },
  });
  const request = (identity: object = { network: 'a', pictures: 'b' }): AnswerRequest => ({
    kind: 'logits',
    identity,
    what: 'logits of a toy',
    n,
    open: () => {
      made.opened++;
      return Promise.resolve(slowMaker({ width, onRows: (count) => (made.rows += count) }));
    },
  });
  return { store, request, made, notes };
}

async function read(store: AnswerStore, request: AnswerRequest): Promise<number[]> {
  const rows = await store.rows(request);
  return Array.from(await rows.all());
}

const entries = (folder: string): string[] => readdirSync(folder).sort();

describe('answers of frozen networks', () => {
  it('are computed once, whoever asks, and the network is not even opened again', async (t) => {
    const folder = await temporaryFolder(t);
    const first = storeIn(folder);
    assert.deepEqual(await read(first.store, first.request()), wanted({ n, width }));
    const second = storeIn(folder);
    assert.deepEqual(await read(second.store, second.request()), wanted({ n, width }));
    assert.deepEqual(second.made, { rows: 0, opened: 0 });
    assert.equal(entries(folder).length, 1);
  });

  it('are those of one network and of one set of pictures', async (t) => {
    const folder = await temporaryFolder(t);
    const { store, request, made } = storeIn(folder);
    await read(store, request());
    await read(store, request({ network: 'other weights', pictures: 'b' }));
    await read(store, request({ network: 'a', pictures: 'other pictures' }));
    assert.equal(made.opened, 3);
    assert.equal(entries(folder).length, 3);
  });

  const damages: Record<string, (file: string, other: string) => void> = {
    'cut short': (file) => truncateSync(file, readFileSync(file).length - 10),
    empty: (file) => truncateSync(file, 0),
    'with a changed number': (file) => {
      const bytes = readFileSync(file);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      writeFileSync(file, bytes);
    },
    'of other weights under this name': (file, other) => writeFileSync(file, readFileSync(other)),
    'that is no file of answers': (file) => writeFileSync(file, 'nothing of the kind'),
  };
  for (const [how, damage] of Object.entries(damages)) {
    it(`are computed again where an entry is ${how}, which is said`, async (t) => {
      const folder = await temporaryFolder(t);
      const first = storeIn(folder);
      await read(first.store, first.request());
      const [file = ''] = entries(folder);
      await read(first.store, first.request({ network: 'other weights' }));
      const other = entries(folder).find((name) => name !== file) ?? '';
      damage(join(folder, file), join(folder, other));
      const second = storeIn(folder);
      assert.deepEqual(await read(second.store, second.request()), wanted({ n, width }));
      assert.equal(second.made.rows, n);
      assert.equal(second.notes.length, 1, second.notes.join());
      const third = storeIn(folder);
      await read(third.store, third.request());
      assert.deepEqual([third.made.opened, third.notes.length], [0, 0], 'it was mended');
    });
  }

  it('keep what was done when they are stopped', async (t) => {
    const folder = await temporaryFolder(t);
    const stopped = storeIn(folder, { keepSeconds: 0, stopAt: 24 });
    await assert.rejects(stopped.store.rows(stopped.request()), /told to stop/);
    const next = storeIn(folder);
    assert.deepEqual(await read(next.store, next.request()), wanted({ n, width }));
    assert.equal(next.made.rows, n - 24);
    assert.equal(entries(folder).length, 1, 'parts are taken away once they are one');
  });

  it('are those of whoever was quicker where two make the same and the quicker takes the parts away', async (t) => {
    const folder = await temporaryFolder(t);
    const stopped = storeIn(folder, { keepSeconds: 0, stopAt: 24 });
    await assert.rejects(stopped.store.rows(stopped.request()), /told to stop/);
    const slow = storeIn(folder);
    const quick = storeIn(folder);
    let overtaken = false;
    const request = slow.request();
    const rows = await read(slow.store, {
      ...request,
      open: async () => {
        const maker = await request.open();
        return {
          ...maker,
          rows: async (range) => {
            if (!overtaken) await read(quick.store, quick.request());
            overtaken = true;
            return maker.rows(range);
          },
        };
      },
    });
    assert.deepEqual(rows, wanted({ n, width }));
    assert.deepEqual([quick.made.rows, slow.made.rows, entries(folder).length], [n - 24, n - 24, 1]);
  });

  it('go on from the part that reaches farthest, where two processes left their own', async (t) => {
    const folder = await temporaryFolder(t);
    const stopped = storeIn(folder, { keepSeconds: 0, stopAt: 16 });
    await assert.rejects(stopped.store.rows(stopped.request()));
    const [short = '', second = ''] = entries(folder);
    const { about } = await describeAnswers(join(folder, short));
    const rows = { n: 24, width, pieces: [Float32Array.from(wanted({ n: 24, width }))] };
    await writeAnswers(join(folder, short.replace('.part-0-8.', '.part-0-24.')), about, rows);
    rmSync(join(folder, second));
    assert.equal(entries(folder).length, 2);
    const next = storeIn(folder);
    assert.deepEqual(await read(next.store, next.request()), wanted({ n, width }));
    assert.equal(next.made.rows, n - 24);
  });

  it('take away the parts that a process left which was killed just after it had made them one', async (t) => {
    const folder = await temporaryFolder(t);
    const stopped = storeIn(folder, { keepSeconds: 0, stopAt: 24 });
    await assert.rejects(stopped.store.rows(stopped.request()));
    const parts = entries(folder).map((name) => ({
      file: join(folder, name),
      bytes: readFileSync(join(folder, name)),
    }));
    const next = storeIn(folder);
    await read(next.store, next.request());
    for (const { file, bytes } of parts) writeFileSync(file, bytes);
    const last = storeIn(folder);
    assert.deepEqual(await read(last.store, last.request()), wanted({ n, width }));
    assert.deepEqual([last.made.opened, entries(folder).length], [0, 1]);
  });

  it('make a damaged part again', async (t) => {
    const folder = await temporaryFolder(t);
    const stopped = storeIn(folder, { keepSeconds: 0, stopAt: 24 });
    await assert.rejects(stopped.store.rows(stopped.request()));
    const part = entries(folder).find((name) => name.includes('.part-8-')) ?? '';
    truncateSync(join(folder, part), 200);
    const next = storeIn(folder);
    assert.deepEqual(await read(next.store, next.request()), wanted({ n, width }));
    assert.equal(next.made.rows, n - 8);
  });

  it('survive a process that is killed with SIGKILL while it computes and writes', async (t) => {
    const folder = await temporaryFolder(t);
    const script = join(await temporaryFolder(t), 'killed.mjs');
    await build({
      entryPoints: ['test/trainer/answers/killed.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      mainFields: ['module', 'main'],
      outfile: script,
      banner: {
        js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
      },
    });
    for (let kill = 0; kill < 6; kill++) {
      const child = spawn(process.execPath, [script, folder, String(n), String(width)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const closed = once(child, 'close');
      await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, 7 * kill));
      child.kill('SIGKILL');
      await closed;
    }
    const { store, request } = storeIn(folder);
    assert.deepEqual(await read(store, request()), wanted({ n, width }));
    assert.equal(entries(folder).length, 1, entries(folder).join());
  });

  it('come out right when two compute them at once', async (t) => {
    const folder = await temporaryFolder(t);
    const [one, two] = [storeIn(folder, { keepSeconds: 0 }), storeIn(folder, { keepSeconds: 0 })];
    const both = await Promise.all([read(one.store, one.request()), read(two.store, two.request())]);
    for (const answers of both) assert.deepEqual(answers, wanted({ n, width }));
    const third = storeIn(folder);
    assert.deepEqual(await read(third.store, third.request()), wanted({ n, width }));
    assert.equal(third.made.opened, 0);
  });
});
