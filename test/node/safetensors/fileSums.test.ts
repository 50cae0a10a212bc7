import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { ProblemError } from '../../../src/core/problem.js';
import { openAnswers, writeAnswers } from '../../../src/data/cache/answers.js';
import { readDecoded, writeDecoded } from '../../../src/data/cache/decodedPictures.js';
import { readPictures } from '../../../src/data/cache/pictures.js';
import { sha256 } from '../../../src/node/files/hash.js';
import {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
  writeSafetensors,
} from '../../../src/node/safetensors/safetensors.js';
import { checkWhole } from '../../../src/node/safetensors/safetensorsHead.js';
import { runFolder } from '../../../src/run/folder.js';
import { readLogits } from '../../../src/run/logits/logits.js';
import { readTestSet } from '../../../src/run/logits/testSet.js';
import { readTensor, weightsTensors } from '../../../src/data/weights/weightsFile.js';
import { initialState } from '../../../src/run/state.js';
import { inFolder, storeLogits, storePictures } from '../../run/opened.js';
import { epochEntry, sampleRecord } from '../../run/sample.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

const values = (length: number): Float32Array => Float32Array.from({ length }, (_, index) => Math.sin(index));

/** What a disk or a crash does to a file: one bit is another, or 4 kB are zeros. */
const anyDamage = fc.oneof(
  fc.record({ kind: fc.constant('bit' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('zeros' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
);
type Damage = typeof anyDamage extends fc.Arbitrary<infer D> ? D : never;

/** Null where the bytes are zeros already. */
function damaged(whole: Buffer, damage: Damage): Buffer | null {
  const bytes = Buffer.from(whole);
  const at = Math.min(bytes.length - 1, Math.floor(damage.at * bytes.length));
  if (damage.kind === 'bit') bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << damage.bit), at);
  else bytes.fill(0, at, Math.min(bytes.length, at + 4096));
  return bytes.equals(whole) ? null : bytes;
}

interface Kind {
  readonly what: string;
  readonly path: string;
  readonly write: () => Promise<unknown>;
  /** All that reads such a file as a whole. */
  readonly read: readonly (() => Promise<unknown>)[];
  readonly codes: readonly string[];
}

async function kindsIn(t: TestContext): Promise<Kind[]> {
  const folder = runFolder(await temporaryFolder(t));
  const inside = (name: string): string => join(folder.path, name);
  const logits = { n: 9000, classes: 10, logits: values(90_000), labels: new Int32Array(9000).fill(3) };
  const pixels = Uint8Array.from({ length: 200 * 12 * 12 * 3 }, (_, index) => index * 7);
  const pictures = { n: 200, height: 12, width: 12, channels: 3, pixels } as const;
  const about = { kind: 'logits', key: 'k', what: 'answers', first: 0 } as const;
  const answers = { n: 900, width: 20, pieces: [values(9000), values(9000)] };
  const decoded = { ...pictures, sha256: sha256(pixels), damaged: [] };
  const decodedAbout = { key: 'k', what: 'pictures' };
  const epoch = { split: 'test', epoch: 3 } as const;
  const answersPath = inside('logits-0.safetensors');
  const decodedPath = inside('decoded-0.safetensors');
  const picturesPath = inside('pictures-0.safetensors');
  const logitsPath = inside('logits/test-3.safetensors');
  return [
    {
      what: 'a checkpoint',
      path: folder.checkpoint,
      write: () =>
        inFolder(folder.checkpoint, (file) =>
          writeSafetensors(
            file,
            {
              weight: { dtype: 'F32', shape: [300, 100], data: values(30_000) },
              bias: { dtype: 'F32', shape: [7], data: values(7) },
            },
            { format: 'pt', distillery: '{"step":1}' },
          ),
        ),
      read: [
        () => readSafetensors(folder.checkpoint),
        () => checkWhole(folder.checkpoint),
        () => asWeights(folder.checkpoint),
      ],
      codes: ['checksum-mismatch', 'safetensors-damaged'],
    },
    {
      what: 'logits',
      path: logitsPath,
      write: () => storeLogits(folder, epoch, logits),
      read: [() => readLogits(logitsPath)],
      codes: ['logits-damaged'],
    },
    {
      what: 'pictures of the panel',
      path: picturesPath,
      write: () => storePictures(picturesPath, pictures),
      read: [
        () =>
          readPictures(
            picturesPath,
            Array.from({ length: 200 }, (_, index) => index),
          ),
        () => checkWhole(picturesPath),
      ],
      codes: ['pictures-damaged', 'checksum-mismatch', 'safetensors-damaged'],
    },
    {
      what: 'answers of the cache',
      path: answersPath,
      write: () => inFolder(answersPath, (file) => writeAnswers(file, about, answers)),
      read: [() => openAnswers(answersPath, { key: 'k' })],
      codes: ['answers-damaged'],
    },
    {
      what: 'decoded pictures',
      path: decodedPath,
      write: () => inFolder(decodedPath, (file) => writeDecoded(file, decodedAbout, decoded)),
      read: [() => readDecoded(decodedPath, { key: 'k' })],
      codes: ['decoded-damaged'],
    },
  ];
}

async function asWeights(path: string): Promise<void> {
  for (const tensor of await weightsTensors(path)) await readTensor(tensor);
}

const codeOf = (error: unknown): string => {
  assert.ok(error instanceof ProblemError, String(error));
  assert.ok(error.problem.fix);
  assert.ok(error.problem.place?.file);
  return error.problem.code;
};

describe('a file of ours of which a bit is another, or 4 kB are zeros', () => {
  it('is refused by whatever reads it, and read where it is whole', async (t) => {
    for (const { what, path, write, read, codes } of await kindsIn(t)) {
      await write();
      const whole = await readFile(path);
      for (const reading of read) await reading();
      await fc.assert(
        fc.asyncProperty(anyDamage, fc.nat(read.length - 1), async (damage, index) => {
          const bytes = damaged(whole, damage);
          if (bytes === null) return;
          await writeFile(path, bytes);
          await assert.rejects(read[index]?.() ?? Promise.resolve(), (error) => codes.includes(codeOf(error)), what);
        }),
        { numRuns: 300 },
      );
    }
  });

  it('is refused for every single bit of its header, the names and digits of its checksums among them', async (t) => {
    const [checkpoint] = await kindsIn(t);
    assert.ok(checkpoint);
    await checkpoint.write();
    const whole = await readFile(checkpoint.path);
    const end = 8 + Number(whole.readBigUInt64LE());
    for (let bit = 0; bit < 8 * end; bit++) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      assert.throws(
        () => decodeSafetensors(bytes, { file: 'x' }),
        (error) => checkpoint.codes.includes(codeOf(error)),
        `bit ${bit}`,
      );
    }
  });

  it('is refused to readers of a part of it where it is that part, and serves them where it is another', async (t) => {
    const kinds = await kindsIn(t);
    const logits = kinds.find(({ what }) => what === 'logits');
    assert.ok(logits);
    await logits.write();
    const whole = await readFile(logits.path);
    const folder = runFolder(join(dirname(logits.path), '..'));
    const state = { ...initialState(sampleRecord()), history: [epochEntry(3)] };
    const flipped = (at: number): Promise<void> => {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      return writeFile(logits.path, bytes);
    };
    const begin = 8 + Number(whole.readBigUInt64LE());
    const labels = whole.indexOf(Buffer.from(new Int32Array(9000).fill(3).buffer), begin);
    await flipped(labels + 20_000);
    await assert.rejects(readTestSet({ folder, state }), (error) => codeOf(error) === 'logits-damaged');
    const far = labels === begin ? whole.length - 1 : begin;
    await flipped(far);
    assert.equal((await readTestSet({ folder, state }))?.n, 9000);
    await assert.rejects(readLogits(logits.path), /logits of epoch 3 on test are damaged/);
  });
});

describe('the checksums of a file', () => {
  it('change nothing in what is read, and leave files without them to be read as before', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 }),
        fc.float32Array({ maxLength: 70_000, noNaN: true }),
        (metadata, data) => {
          const tensors = { w: { dtype: 'F32', shape: [data.length], data } } as const;
          const plain = decodeSafetensors(encodeSafetensors(tensors, metadata), { file: 'x' });
          const summed = decodeSafetensors(encodeSafetensors(tensors, metadata, { sums: true }), { file: 'x' });
          assert.deepEqual(summed, plain);
          assert.deepEqual(plain.metadata, { ...metadata });
        },
      ),
      { numRuns: 50 },
    );
  });
});
