import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { ProblemError } from '../../../src/core/problem.js';
import {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
  requireTensor,
  type StoredTensor,
} from '../../../src/node/safetensors/safetensors.js';
import { storeTensors } from '../../run/opened.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

/** Written by the reference implementation, see record_safetensors.py. */
const reference = z
  .object({
    bytes: z.string(),
    metadata: z.record(z.string(), z.string()),
    tensors: z.record(
      z.string(),
      z.object({ dtype: z.string(), shape: z.array(z.int()), values: z.array(z.union([z.number(), z.string()])) }),
    ),
  })
  .parse(JSON.parse(readFileSync('test/fixtures/safetensors.json', 'utf8')));
const referenceBytes = new Uint8Array(Buffer.from(reference.bytes, 'base64'));
const place = { file: 'x.safetensors' };

function comparable({ data }: StoredTensor): (number | string)[] {
  return Array.from<number | bigint, number | string>(data, (value) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}

/** A file with a header of our choice. */
function fileOf(header: unknown, data = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

function messageOf(bytes: Uint8Array): string {
  try {
    decodeSafetensors(bytes, place);
  } catch (error) {
    assert.ok(error instanceof ProblemError, String(error));
    assert.equal(error.problem.place?.file, place.file);
    assert.ok(error.problem.fix);
    return error.message;
  }
  return 'accepted';
}

const f32 = (begin: number, end: number, shape = [(end - begin) / 4]): object => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

const anyTensor: fc.Arbitrary<StoredTensor> = fc.oneof(
  fc.float32Array({ maxLength: 9 }).map((data): StoredTensor => ({ dtype: 'F32', shape: [data.length], data })),
  fc.float64Array({ maxLength: 9 }).map((data): StoredTensor => ({ dtype: 'F64', shape: [1, data.length], data })),
  fc.bigInt64Array({ maxLength: 9 }).map((data): StoredTensor => ({ dtype: 'I64', shape: [data.length], data })),
  fc.int32Array({ maxLength: 9 }).map((data): StoredTensor => ({ dtype: 'I32', shape: [data.length, 1], data })),
  fc.uint16Array({ maxLength: 9 }).map((data): StoredTensor => ({ dtype: 'BF16', shape: [data.length], data })),
  fc.uint16Array({ minLength: 1, maxLength: 1 }).map((data): StoredTensor => ({ dtype: 'F16', shape: [], data })),
  fc.uint8Array({ maxLength: 9 }).map((data): StoredTensor => ({ dtype: 'U8', shape: [data.length], data })),
  fc.uint8Array({ max: 1, maxLength: 9 }).map((data): StoredTensor => ({ dtype: 'BOOL', shape: [data.length], data })),
);

describe('safetensors', () => {
  it('reads what the reference implementation wrote', () => {
    const { tensors, metadata } = decodeSafetensors(referenceBytes, place);
    assert.deepEqual(metadata, reference.metadata);
    assert.deepEqual(Object.keys(tensors).sort(), Object.keys(reference.tensors).sort());
    for (const [name, tensor] of Object.entries(tensors)) {
      const expected = reference.tensors[name];
      const found = { dtype: tensor.dtype, shape: tensor.shape, values: comparable(tensor) };
      assert.deepEqual(found, expected, name);
    }
  });

  it('writes byte for byte what the reference implementation writes, so that it reads ours', () => {
    const { tensors, metadata } = decodeSafetensors(referenceBytes, place);
    assert.deepEqual(encodeSafetensors(tensors, metadata), referenceBytes);
  });

  it('gives back every tensor bit for bit, wherever in memory the file lies', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), anyTensor, { maxKeys: 6 }),
        fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
        fc.nat(9),
        (tensors, metadata, shift) => {
          const encoded = encodeSafetensors(tensors, metadata);
          const moved = new Uint8Array(encoded.length + shift).subarray(shift);
          moved.set(encoded);
          const decoded = decodeSafetensors(moved, place);
          assert.deepEqual(decoded.metadata, { ...metadata });
          assert.deepEqual(decoded.tensors, { ...tensors });
        },
      ),
    );
  });

  it('keeps a tensor and a text that are called `__proto__`', () => {
    const tensor = { dtype: 'U8', shape: [1], data: Uint8Array.of(7) } as const;
    const named = <T>(value: T): Record<string, T> => Object.fromEntries([['__proto__', value]]);
    const decoded = decodeSafetensors(encodeSafetensors(named(tensor), named('text')), place);
    assert.deepEqual(decoded.tensors, named(tensor));
    assert.deepEqual(decoded.metadata, named('text'));
  });

  it('never throws anything but a problem, and never accepts a file that was cut or lengthened', () => {
    for (let length = 0; length < referenceBytes.length; length++) {
      assert.match(messageOf(referenceBytes.subarray(0, length)), /not a whole safetensors file/);
    }
    assert.match(messageOf(new Uint8Array([...referenceBytes, 0])), /1 bytes follow the last tensor/);
    fc.assert(
      fc.property(fc.nat(referenceBytes.length - 1), fc.nat(255), (at, value) => {
        const broken = referenceBytes.slice();
        broken[at] = value;
        messageOf(broken);
      }),
      { numRuns: 500 },
    );
  });

  it('gives views, not copies, of what it wrote itself', () => {
    const bytes = encodeSafetensors({ w: { dtype: 'F32', shape: [2], data: new Float32Array([1, 2]) } });
    assert.equal(decodeSafetensors(bytes, place).tensors['w']?.data.buffer, bytes.buffer);
  });

  const damaged: [string, Uint8Array, RegExp][] = [
    ['a header longer than the file', fileOf('{}').fill(200, 0, 1), /claims 200 bytes and only 2 follow/],
    ['a header above 100 MB', fileOf('{}').fill(9, 3, 4), /at most 100000000 are allowed/],
    ['a header that is no object', fileOf('[]'), /does not begin with `\{`/],
    ['a header that is no JSON', fileOf('{"a": 1,}'), /header is not JSON/],
    ['the same tensor twice', fileOf('{"a": 1, "a": 2}'), /key `a` appears twice/],
    ['tensors that overlap', fileOf({ a: f32(0, 8), b: f32(4, 8) }, new Uint8Array(8)), /`b` begins at 4, inside/],
    ['a gap between tensors', fileOf({ a: f32(0, 4), b: f32(8, 12) }, new Uint8Array(12)), /bytes from 4 to 8, before/],
    ['a tensor beyond the end', fileOf({ a: f32(0, 8) }, new Uint8Array(4)), /ends at 8 and there are only 4 bytes/],
    ['a tensor that ends before it begins', fileOf({ a: f32(4, 0, [1]) }), /ends at 0, before it begins at 4/],
    [
      'a shape that does not fit',
      fileOf({ a: f32(0, 8, [3]) }, new Uint8Array(8)),
      /\(F32 \[3\]\) needs 12 bytes and has 8/,
    ],
    [
      'a negative length',
      fileOf({ a: f32(0, 4, [-1]) }, new Uint8Array(4)),
      /tensor `a`: shape\.0 is missing or of the wrong/,
    ],
    ['metadata that is no text', fileOf({ __metadata__: { a: 1 } }), /must map texts to texts/],
  ];
  for (const [what, bytes, message] of damaged) {
    it(`refuses ${what}, naming the file and what is wrong`, () => assert.match(messageOf(bytes), message));
  }

  it('says which element types it knows when it meets another', () => {
    const message = messageOf(fileOf({ a: { dtype: 'F8_E4M3', shape: [1], data_offsets: [0, 1] } }, new Uint8Array(1)));
    assert.equal(message, 'Tensor `a` has elements of type F8_E4M3, which is not supported.');
  });

  it('refuses to write a tensor whose shape does not fit its data', () => {
    const tensor: StoredTensor = { dtype: 'F32', shape: [3], data: new Float32Array(2) };
    assert.throws(() => encodeSafetensors({ w: tensor }), ProblemError);
  });

  it('names the tensor that is missing and those that are there', () => {
    const contents = decodeSafetensors(referenceBytes, place);
    assert.equal(requireTensor(contents, { name: 'labels', dtype: 'I32', ...place }).data[0], 7);
    assert.throws(
      () => requireTensor(contents, { name: 'labels', dtype: 'F32', ...place }),
      /has elements of type I32/,
    );
    assert.throws(
      () => requireTensor(contents, { name: 'toString', dtype: 'F32', ...place }),
      /is missing; expected F32/,
    );
  });

  it('leaves the old file whole and no remains when a new one cannot be written', async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, 'checkpoint.safetensors');
    await storeTensors(path, { w: { dtype: 'F32', shape: [], data: new Float32Array([4]) } });
    const before = readFileSync(path);
    const wrong: StoredTensor = { dtype: 'F32', shape: [2], data: new Float32Array(1) };
    await assert.rejects(storeTensors(path, { w: wrong }), ProblemError);
    await assert.rejects(
      storeTensors(join(folder, 'missing', 'x'), {}),
      (error) => error instanceof ProblemError && error.problem.code === 'file-missing',
    );
    await assert.rejects(storeTensors(folder, {}), ProblemError);
    assert.deepEqual(readFileSync(path), before);
    assert.deepEqual(
      readdirSync(dirname(folder)).filter((name) => name.startsWith(basename(folder))),
      [basename(folder)],
    );
    assert.deepEqual(readdirSync(folder), ['checkpoint.safetensors']);
    assert.equal(requireTensor(await readSafetensors(path), { name: 'w', dtype: 'F32', file: path }).data[0], 4);
    writeFileSync(path, before.subarray(0, -1));
    await assert.rejects(readSafetensors(path), /not a whole safetensors file/);
  });
});

describe('a safetensors file of a writer that pads nothing', () => {
  it('is read wherever its tensors lie, from a Buffer as from any bytes', () => {
    for (let spaces = 0; spaces < 8; spaces++) {
      const text = `{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}${' '.repeat(spaces)}`;
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(text.length));
      const file = Buffer.concat([length, Buffer.from(text), Buffer.from(Float32Array.of(1.5, -2).buffer)]);
      for (const bytes of [file, new Uint8Array(file)]) {
        const { w } = decodeSafetensors(bytes, { file: 'w.safetensors' }).tensors;
        assert.deepEqual(w, { dtype: 'F32', shape: [2], data: Float32Array.of(1.5, -2) });
      }
    }
  });
});
