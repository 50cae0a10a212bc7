import assert from 'node:assert/strict';
import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { describeAnswers, writeAnswers } from '../../../src/data/cache/answers.js';
import { AnswerStore, type AnswerRequest } from '../../../src/trainer/answers/answerStore.js';
import { draftOf } from '../../../src/node/files/draft.js';
import { sleeper } from '../../run/sleeper.js';
import { inFolder, sharedAt } from '../../run/opened.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { slowMaker, wanted } from './slowMaker.js';

const n = 40;
const width = 3;

/** A store, and an answer to ask for; how many rows were made is counted. */
function storeIn(
  folder: string,
  {
    keepSeconds = 10,
    stopAt = Infinity,
    until = () => Promise.resolve(),
  }: { keepSeconds?: number; stopAt?: number; until?: (first: number) => Promise<void> } = {},
) {
  const made = { rows: 0, opened: 0 };
  const notes: string[] = [];
  const progress: string[] = [];
  const store = new AnswerStore({
    cache: sharedAt(folder),
    keepSeconds,
    note: (text) => notes.push(text),
    onProgress: (what) => (done) => {
      progress.push(what);
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
      return Promise.resolve(slowMaker({ width, onRows: (count) => (made.rows += count), until }));
    },
  });
  return { store, request, made, notes, progress };
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
      assert.deepEqual([third.made.opened, third.notes.length], [0, 0], 'it was fixed');
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

  // As on two machines with one folder, when neither sees that the other lives.
  it('are those of whoever was quicker where two make the same and the quicker takes the parts away', async (t) => {
    const folder = await temporaryFolder(t);
    const elsewhere = await temporaryFolder(t);
    const quick = storeIn(elsewhere);
    await read(quick.store, quick.request());
    const [whole = ''] = entries(elsewhere);
    const stopped = storeIn(folder, { keepSeconds: 0, stopAt: 24 });
    await assert.rejects(stopped.store.rows(stopped.request()), /told to stop/);
    const slow = storeIn(folder);
    let overtaken = false;
    const request = slow.request();
    const rows = await read(slow.store, {
      ...request,
      open: async () => {
        const maker = await request.open();
        return {
          ...maker,
          rows: async (range) => {
            if (!overtaken) {
              for (const name of entries(folder)) if (name.includes('.part-')) rmSync(join(folder, name));
              copyFileSync(join(elsewhere, whole), join(folder, whole));
            }
            overtaken = true;
            return maker.rows(range);
          },
        };
      },
    });
    assert.deepEqual(rows, wanted({ n, width }));
    assert.deepEqual([slow.made.rows, entries(folder)], [n - 24, [whole]]);
  });

  it('go on from the part that reaches farthest, where two processes left their own', async (t) => {
    const folder = await temporaryFolder(t);
    const stopped = storeIn(folder, { keepSeconds: 0, stopAt: 16 });
    await assert.rejects(stopped.store.rows(stopped.request()));
    const [short = '', second = ''] = entries(folder);
    const { about } = await describeAnswers(join(folder, short));
    const rows = { n: 24, width, pieces: [Float32Array.from(wanted({ n: 24, width }))] };
    const longer = join(folder, short.replace('.part-0-8.', '.part-0-24.'));
    await inFolder(longer, (file) => writeAnswers(file, about, rows));
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
    const script = await builtScript(await temporaryFolder(t));
    for (let kill = 0; kill < 6; kill++) {
      const { child, closed } = await computing(script, { folder, n, most: n });
      await sleep(7 * kill);
      child.kill('SIGKILL');
      await closed;
    }
    const { store, request } = storeIn(folder);
    assert.deepEqual(await read(store, request()), wanted({ n, width }));
    assert.equal(entries(folder).length, 1, entries(folder).join());
  });

  it('take away what killed processes left of other answers, and nothing of those that live', async (t) => {
    const folder = await temporaryFolder(t);
    const { identity, kill } = await sleeper();
    const lock = (id: number): string =>
      join(folder, `computing-logits-0.${id}0000000-0000-4000-8000-000000000000.lock`);
    for (const path of [lock(1), await draftOf(lock(2), identity), await draftOf(join(folder, 'logits-0'), identity)]) {
      writeFileSync(path, JSON.stringify({ version: 1, owner: identity }));
    }
    const { store, request } = storeIn(folder);
    await read(store, request());
    assert.equal(entries(folder).length, 4, entries(folder).join());
    await kill();
    await read(store, request());
    assert.equal(entries(folder).length, 1, entries(folder).join());
  });

  it('are computed by one of those who want them at once; the others wait and say so', async (t) => {
    const folder = await temporaryFolder(t);
    const saysSo = ({ progress }: { progress: readonly string[] }): boolean => progress.includes(waiting);
    // Whoever computes goes on when the two others have seen it.
    const until = async (): Promise<void> => {
      while (stores.filter(saysSo).length < 2) await sleep(5);
    };
    const stores = Array.from({ length: 3 }, () => storeIn(folder, { until }));
    const all = await Promise.all(stores.map(({ store, request }) => read(store, request())));
    for (const answers of all) assert.deepEqual(answers, wanted({ n, width }));
    assert.deepEqual(stores.map(({ made }) => made.opened).sort(), [0, 0, 1]);
    assert.equal(stores.filter(saysSo).length, 2);
    assert.equal(entries(folder).length, 1, entries(folder).join());
  });

  it('are taken over, with what is done, from a process that is killed while another waits for it', async (t) => {
    const folder = await temporaryFolder(t);
    const script = await builtScript(await temporaryFolder(t));
    const { child, closed } = await computing(script, { folder, n, most: 24 });
    while (!entries(folder).some((name) => name.includes('.part-'))) await sleep(5);
    const { store, request, made, progress } = storeIn(folder);
    const rows = read(store, request());
    while (!progress.includes(waiting)) await sleep(5);
    child.kill('SIGKILL');
    await closed;
    assert.deepEqual(await rows, wanted({ n, width }));
    assert.ok(made.rows > 0 && made.rows < n, `${made.rows} rows were left to make`);
    assert.equal(entries(folder).length, 1, entries(folder).join());
  });

  it('are not waited for by who is told to stop', async (t) => {
    const folder = await temporaryFolder(t);
    const goOn = new AbortController();
    const first = storeIn(folder, {
      until: async () => {
        if (!goOn.signal.aborted) await once(goOn.signal, 'abort');
      },
    });
    const rows = read(first.store, first.request());
    while (first.made.opened === 0) await sleep(1);
    const second = storeIn(folder, { stopAt: 0 });
    await assert.rejects(second.store.rows(second.request()), /told to stop/);
    assert.equal(second.made.opened, 0);
    goOn.abort();
    assert.deepEqual(await rows, wanted({ n, width }));
  });
});

const waiting = 'logits of a toy, by another run';

/** The script that computes until it is killed, as one file. */
async function builtScript(folder: string): Promise<string> {
  const outfile = join(folder, 'killed.mjs');
  await build({
    entryPoints: ['test/trainer/answers/killed.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    outfile,
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
  });
  return outfile;
}

/** A process that has begun to compute. */
async function computing(
  script: string,
  { folder, n, most }: { folder: string; n: number; most: number },
): Promise<{ child: ChildProcess; closed: Promise<unknown> }> {
  const child = spawn(process.execPath, [script, folder, String(n), String(width), String(most)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  return { child, closed };
}
