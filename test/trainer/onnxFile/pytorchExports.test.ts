import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { modelSchema } from '../../../src/core/spec/spec.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { openOnnxNet } from '../../../src/trainer/onnxFile/onnxNet.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { assertClose } from '../engines/sideBySide.js';
import { pictureBytes } from '../models/formula.js';

/** Files that PyTorch exported, and what PyTorch itself says of pictures by formula (record_onnx.py). */
const numbers = z.array(z.number());
const exports = z
  .array(
    z.object({
      name: z.string(),
      classes: z.int(),
      side: z.int(),
      input: z.object({ mean: numbers, std: numbers }),
      onnx: z.base64(),
      logits: numbers,
      features: numbers,
    }),
  )
  .parse(JSON.parse(readFileSync('test/fixtures/onnx.json', 'utf8')));

describe('a file that PyTorch exported says what PyTorch says', () => {
  for (const { name, classes, side, input, onnx, ...recorded } of exports) {
    for (const asked of ['logits', 'features'] as const) {
      it(`${asked} of ${name}`, async (t) => {
        const file = join(await temporaryFolder(t), 'teacher.onnx');
        writeFileSync(file, Buffer.from(onnx, 'base64'));
        const spec = modelSchema.parse({ kind: 'onnx', file, input });
        assert.ok(spec.kind === 'onnx');
        const batchSize = recorded.logits.length / classes;
        const net = await openOnnxNet(spec, {
          asked,
          picture: { height: side, width: side, channels: 3, classes },
          engine: new OnnxEngine({ threads: 1 }),
          threads: 1,
          batchSize,
        });
        t.after(() => net.dispose());
        const expected = Float32Array.from(recorded[asked]);
        assert.equal(net.width, expected.length / batchSize, 'cut right before the classifier');
        const found = await net.answer(pictureBytes([batchSize, side, side, 3]));
        assertClose({ [asked]: found }, { [asked]: expected }, 1e-4, name);
      });
    }
  }
});
