import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { encodeSafetensors } from '../../../src/node/safetensors/safetensors.js';
import { notSafetensors } from '../../../src/data/weights/notSafetensors.js';
import { zipped } from '../../zip.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

/** Files that PyTorch wrote (record_torch_files.py), base64; each recipe was run on its file there and gave its weights. */
const recorded = z
  .array(z.object({ name: z.string(), says: z.string(), recipe: z.string(), bytes: z.string() }))
  .parse(JSON.parse(readFileSync('test/fixtures/torchFiles.json', 'utf8')));

describe('a file of torch.save', () => {
  for (const { name, says, recipe, bytes } of recorded) {
    it(`is told by what it holds, with the recipe that was tried: ${name}`, async (t) => {
      const file = join(await temporaryFolder(t), name);
      writeFileSync(file, Buffer.from(bytes, 'base64'));
      const problem = (await notSafetensors(file))?.problem;
      assert.ok(problem?.fix !== undefined);
      assert.ok(problem.message.includes(says), problem.message);
      assert.ok(
        problem.fix
          .replaceAll(
            JSON.stringify(file)
              .slice(1, -1)
              .replace(/\.[^.]*$/, ''),
            'FILE',
          )
          .includes(recipe),
        problem.fix,
      );
    });
  }
});

describe('a file that is no safetensors file', () => {
  const begin = (...bytes: number[]) => Buffer.concat([Buffer.from(bytes), Buffer.alloc(64, 7)]);
  const cases: readonly (readonly [name: string, bytes: Uint8Array | string, says: RegExp, fix: RegExp])[] = [
    ['w.safetensors', '', /an empty file/, /Download it again/],
    [
      'w.safetensors',
      'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n',
      /a pointer of Git LFS/,
      /`git lfs pull`/,
    ],
    ['w.safetensors', '\n <!DOCTYPE html><html><body>Sign in</body></html>', /a web page/, /Download the file itself/],
    ['w.safetensors', '<html lang="en">', /a web page/, /resolve/],
    ['w.safetensors', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', /XML/, /Download/],
    [
      'w.safetensors',
      '{"error": "Repository not found"}',
      /JSON, which begins with/,
      /model\.safetensors\.index\.json/,
    ],
    ['w.safetensors', 'Entry not found', /a text, which begins with "Entry not found"/, /download it again/],
    ['w.safetensors.gz', gzipSync('weights'), /compressed with gzip/, /gunzip/],
    ['w.npz', zipped({ 'fc1.weight.npy': 'x' }), /an archive of NumPy/, /safetensors\.numpy/],
    ['w.npz', zipped({ 'Transformer/encoder_norm/bias.npy': 'x' }), /the names of JAX/, /timm/],
    ['w.npy', begin(0x93, ...Buffer.from('NUMPY')), /one array of NumPy/, /numpy\.load/],
    ['w.h5', begin(0x89, ...Buffer.from('HDF\r\n\x1a\n')), /HDF5/, /ONNX/],
    ['w.keras', zipped({ 'config.json': '{}', 'model.weights.h5': 'x' }), /a model of Keras/, /ONNX/],
    ['w.tflite', begin(28, 0, 0, 0, ...Buffer.from('TFL3')), /TensorFlow Lite/, /ONNX/],
    ['saved_model.pb', begin(8, 1, 0x99), /a graph of TensorFlow/, /ONNX/],
    ['model.ckpt.index', begin(0, 0, 1), /checkpoint of TensorFlow/, /ONNX/],
    ['net.onnx', begin(8, 8, 0x12, 7), /an ONNX file/, /"kind": "onnx", "file": "net\.onnx"/],
    ['net.bin', begin(8, 8, 0x12, 7), /an ONNX file/, /without `weights`/],
    ['w.gguf', begin(...Buffer.from('GGUF')), /GGUF/, /PyTorch/],
    ['w.tar', Buffer.concat([Buffer.alloc(257, 1), Buffer.from('ustar'), Buffer.alloc(64)]), /a tar archive/, /tar xf/],
    ['w.zip', zipped({ 'model/w.safetensors': 'x' }), /a zip archive; it holds model\/w\.safetensors/, /Unpack it/],
    ['w.zip', 'PK\x03\x04 and no more', /a zip archive that is cut short/, /again/],
    ['w.pkl', begin(0x80, 4, 0x95), /a pickle of Python/, /joblib/],
  ];
  for (const [name, bytes, says, fix] of cases) {
    it(`is told by what it is: ${says.source}`, async (t) => {
      const file = join(await temporaryFolder(t), name);
      writeFileSync(file, bytes);
      const problem = (await notSafetensors(file))?.problem;
      assert.match(problem?.message ?? '', says);
      assert.match(problem?.fix ?? '', fix);
      assert.equal(problem?.place?.file, file);
    });
  }

  it('is not said of a safetensors file, however long its header is and whatever its name', async (t) => {
    const folder = await temporaryFolder(t);
    for (const [name, tensors] of [
      ['a.onnx', 1],
      // A header of 0x7b bytes and one more begins with a bracket, as JSON does.
      ['b.pb', 2],
      ['c.h5', 30],
    ] as const) {
      const file = join(folder, name);
      const entries = Array.from({ length: tensors }, (_, index) => [`t${index}`, tensor] as const);
      writeFileSync(file, encodeSafetensors(Object.fromEntries(entries)));
      assert.equal(await notSafetensors(file), null, name);
    }
  });
});

const tensor = { dtype: 'F32', shape: [1], data: Float32Array.of(1) } as const;
