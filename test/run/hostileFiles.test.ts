import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { problemOf } from '../../src/core/problem.js';
import { readCheckpointHead } from '../../src/run/checkpoint/checkpointHead.js';
import { engineOf } from '../../src/run/engineOverride.js';
import { isDeeper } from '../../src/node/safetensors/jsonDepth.js';
import { OpenedFolder } from '../../src/node/files/openedFolder.js';
import { readSafetensors } from '../../src/node/safetensors/safetensors.js';
import { readTextFile } from '../../src/node/files/textFile.js';
import { runFolder } from '../../src/run/folder.js';
import { readLogits } from '../../src/run/logits/logits.js';
import { onnxHash } from '../../src/data/weights/onnxCompanions.js';
import { readRuns } from '../../src/run/run.js';
import { createRun, readRecord } from '../../src/run/runsFolder.js';
import { weightsTensors } from '../../src/data/weights/weightsFile.js';
import { RunFeed } from '../../src/serve/runFeed.js';
import { Turns } from '../../src/serve/turns.js';
import { Decoder } from '../../src/trainer/data/decodePictures.js';
import { dataSchema } from '../../src/core/spec/spec.js';
import { loadDataset } from '../../src/trainer/data/datasets.js';
import { readWhole } from '../../src/trainer/readWhole.js';
import { readingIn } from '../trainer/data/reading.js';
import { epochEntry, sampleDraft, sampleRecord, startedEntry, stepsEntry } from './sample.js';
import { temporaryFolder } from './temporaryFolder.js';

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'nothing was refused',
    (error: unknown) => problemOf(error).code,
  );
}

/** What somebody may put in a file's place: nothing ever comes from the first, and of the second there is no end. */
const endless = {
  pipe: (path: string) => void execFileSync('mkfifo', [path]),
  'link to /dev/zero': (path: string) => symlinkSync('/dev/zero', path),
};

for (const [what, put] of Object.entries(endless)) {
  describe(`a ${what} in the place of a file`, { skip: process.platform === 'win32' }, () => {
    it('is refused by every reader', async (t) => {
      const path = join(await temporaryFolder(t), 'file');
      put(path);
      const run = { ...runFolder(path), engine: path };
      const decoder = await Decoder.load();
      const readers: Record<string, () => Promise<unknown>> = {
        weights: () => weightsTensors(path),
        checkpoint: () => readCheckpointHead(path),
        logits: () => readLogits(path),
        tensors: () => readSafetensors(path),
        experiment: () => readTextFile(path, { attempt: 'read the experiment' }),
        engine: () => engineOf(run, sampleRecord()),
        picture: () => decoder.sizeOf(path),
        model: () => readWhole(path, { attempt: 'read the ONNX model' }),
      };
      for (const [name, read] of Object.entries(readers)) {
        assert.equal(await codeOf(read()), 'not-a-regular-file', name);
      }
    });

    it('hides no other run from the list', async (t) => {
      const runs = await temporaryFolder(t);
      const opened = await OpenedFolder.open(runs);
      const [whole, noRecord, noLog] = [await createRun(opened, sampleDraft()), join(runs, 'a'), join(runs, 'b')];
      mkdirSync(noRecord);
      put(join(noRecord, 'run.json'));
      mkdirSync(noLog);
      writeFileSync(join(noLog, 'run.json'), JSON.stringify({ ...sampleRecord(), id: 'b' }));
      put(join(noLog, 'log.jsonl'));
      const found = (await readRuns(runs)).map((run) => [
        run.folder.id,
        run.kind === 'run' ? run.state.state : run.problem.code,
      ]);
      assert.deepEqual(found.sort(), [
        [whole.folder.id, 'waiting'],
        ['a', 'not-a-regular-file'],
        ['b', 'not-a-regular-file'],
      ]);
      await opened.close();
    });
  });
}

describe('a small file that would do large damage', () => {
  it('is a safetensors header that is nested 5,000 deep', async (t) => {
    const path = join(await temporaryFolder(t), 'deep.safetensors');
    const header = `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    writeFileSync(path, Buffer.concat([length, Buffer.from(header)]));
    const problem = await readSafetensors(path).then(() => assert.fail('it was read'), problemOf);
    assert.equal(problem.code, 'safetensors-damaged');
    assert.match(problem.message, /nested deeper than 8/);
  });

  it('is a log line that claims two billion steps: it is named, and takes no room', async (t) => {
    const folder = runFolder(await temporaryFolder(t));
    writeFileSync(folder.record, JSON.stringify(sampleRecord()));
    const bomb = { ...stepsEntry(1, 0), count: 2_000_000_000, loss: 1 };
    const far = { ...stepsEntry(1_000_000_000, 1), loss: 1 };
    const entries = [startedEntry(), bomb, far, epochEntry(1)].map((entry) => `${JSON.stringify(entry)}\n`);
    writeFileSync(folder.log, entries.join(''));
    const steps: number[] = [];
    const feed = await new Promise<RunFeed>((resolve) => {
      const told: RunFeed = new RunFeed({
        folder,
        post: (message) => {
          if (message.type === 'steps') steps.push(message.count);
          if (message.type === 'caughtUp') resolve(told);
        },
        onHealth: () => undefined,
        turns: new Turns(1),
      });
      void told.open().then(() => told.start());
    });
    feed.dispose();
    assert.deepEqual(
      feed.logProblems.map(({ code, place }) => [code, place?.line]),
      [
        ['curves-bounded', undefined],
        ['log-line-damaged', 2],
      ],
    );
    assert.deepEqual([...new Set(steps)], [0]);
    assert.equal(feed.state?.epoch, 1);
  });

  it('is a run record with thousands of settings that nobody knows', async (t) => {
    const runs = await temporaryFolder(t);
    const folder = runFolder(join(runs, 'a'));
    mkdirSync(folder.path);
    const strange = Object.fromEntries(Array.from({ length: 5000 }, (_, key) => [`strange${key.toString()}`, 1]));
    const { spec, ...record } = sampleRecord();
    writeFileSync(folder.record, JSON.stringify({ ...record, spec: { ...spec, ...strange } }));
    const problem = await readRecord(folder).then(() => assert.fail('it was read'), problemOf);
    assert.equal(problem.code, 'run-damaged');
    assert.match(problem.message, /more than 100 of its settings are not known/);
  });

  it('is a compressed data set that unpacks to more than it says', async (t) => {
    const folder = await temporaryFolder(t);
    const header = Buffer.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2]);
    const images = join(folder, 'images.gz');
    writeFileSync(images, gzipSync(Buffer.concat([header, Buffer.alloc(200e6)])));
    const labels = join(folder, 'labels');
    writeFileSync(labels, Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 0, 1]));
    const pair = { images, labels };
    const before = process.memoryUsage().arrayBuffers;
    const load = loadDataset(dataSchema.parse({ dataset: 'idx', train: pair, test: pair }), readingIn(folder));
    const problem = await load.then(() => assert.fail('it was read'), problemOf);
    assert.match(problem.message, /holds more than the 24 bytes that it says/);
    assert.ok(process.memoryUsage().arrayBuffers - before < 50e6);
  });

  it('is a picture of more pixels than are decoded, and it is told how many', async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, 'large.png');
    const { default: sharp } = await import('sharp');
    const large = { width: 16_000, height: 16_000, channels: 3, background: 'black' } as const;
    await sharp({ create: large }).png().toFile(path);
    const decoder = await Decoder.load();
    assert.equal(await decoder.sizeOf(path), null);
    const size = { height: 2, width: 2 };
    const { damaged } = await decoder.decode([path], { size, resize: true, like: path, onProgress: () => undefined });
    assert.deepEqual(damaged, [{ index: 0, why: 'has 256,000,000 pixels; at most 100,000,000 are decoded' }]);
  });

  it('is an ONNX file that keeps its weights in a file of somebody else', async (t) => {
    const folder = await temporaryFolder(t);
    mkdirSync(join(folder, 'models'));
    writeFileSync(join(folder, 'secret'), 'a secret');
    symlinkSync(join(folder, 'secret'), join(folder, 'models', 'link'));
    for (const name of ['../secret', join(folder, 'secret'), 'C:\\secret', 'a/../../secret', 'link']) {
      const path = join(folder, 'models', 'model.onnx');
      writeFileSync(path, `\x0a\x08location\x12${String.fromCharCode(name.length)}${name}`, 'latin1');
      const hashed: string[] = [];
      const hashOf = (file: string): Promise<string> => Promise.resolve((hashed.push(file), 'x'));
      assert.equal(await codeOf(onnxHash(path, hashOf)), 'onnx-companion', name);
      assert.deepEqual(hashed, [path]);
    }
  });
});

describe('isDeeper', () => {
  it('counts brackets outside of texts', () => {
    assert.deepEqual(
      ['[[]]', '[[[]]]', '["[[[", "\\"[[["]', '{"a":[{}]}', '[[],[],[]]', '"\\\\"[[[]]]'].map((text) =>
        isDeeper(text, 2),
      ),
      [false, true, false, true, false, true],
    );
  });
});
