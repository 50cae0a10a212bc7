import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { modelSchema } from '../../../src/core/spec/spec.js';
import { encodeSafetensors, type StoredTensor } from '../../../src/node/safetensors/safetensors.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { createModel } from '../../../src/trainer/models/create.js';
import { stateOf } from '../../../src/trainer/models/model.js';
import { logitsProgram } from '../../../src/trainer/training/programs.js';
import { readWeights } from '../../../src/trainer/weights/readWeights.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { assertClose, outcome } from '../engines/sideBySide.js';
import { pictureBytes, stateByFormula } from '../models/formula.js';
import { pictureOf } from '../models/formulaTraining.js';

/** Names, shapes and logits of Hugging Face's transformers (record_transformers.py), with weights by formula. */
const recorded = z
  .array(
    z.object({
      name: z.string(),
      spec: modelSchema,
      tensors: z.array(z.tuple([z.string(), z.array(z.int())])),
      logits: z.array(z.number()).optional(),
    }),
  )
  .parse(JSON.parse(readFileSync('test/fixtures/transformers.json', 'utf8')));

const [side, batchSize] = [32, 2];
const picture = pictureOf(side);

describe('weights that transformers writes', () => {
  for (const { name, spec, tensors, logits } of recorded) {
    it(`are all taken${logits === undefined ? '' : ', and the network says what transformers’ says'}: ${name}`, async (t) => {
      const file = join(await temporaryFolder(t), 'model.safetensors');
      const values = stateByFormula(tensors.map(([name, shape]) => ({ name, shape })));
      const stored = tensors.map(([name, shape]): [string, StoredTensor] => {
        const data = values[name] ?? new Float32Array();
        if (!name.endsWith('num_batches_tracked')) return [name, { dtype: 'F32', shape, data }];
        return [name, { dtype: 'I64', shape, data: BigInt64Array.from(data, BigInt) }];
      });
      writeFileSync(file, encodeSafetensors(Object.fromEntries(stored)));
      const model = createModel(spec, picture);
      const { state, report } = await readWeights(model, { weights: { file }, kind: spec.kind });
      const hasHead = tensors.some(([name]) => name.startsWith('classifier'));
      assert.equal(report.naming, 'transformers');
      assert.equal(report.prefix, hasHead ? `${spec.kind}.` : '');
      assert.deepEqual(report.missing, hasHead ? [] : model.head);
      assert.deepEqual(
        report.skipped.map(({ name }) => name),
        hasHead ? [] : ['pooler.dense.bias', 'pooler.dense.weight'],
      );
      assert.equal(report.loaded + report.missing.length, stateOf(model).length);
      if (logits === undefined) return;
      const initial = Object.fromEntries(
        stateOf(model).map(({ name, shape }) => [name, { shape, values: state[name] ?? new Float32Array() }]),
      );
      const program = logitsProgram({ name: 'evaluation', model, batchSize, picture });
      const images = pictureBytes([batchSize, side, side, 3]);
      const { outputs } = await outcome(new OnnxEngine(), program, { initial, calls: [{ images }] });
      assertClose(outputs[0] ?? {}, { logits: Float32Array.from(logits) }, 1e-4, name);
    });
  }
});
