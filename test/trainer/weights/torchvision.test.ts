import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { modelSchema } from '../../../src/core/spec/spec.js';
import { OnnxEngine } from '../../../src/trainer/engines/onnx/onnxEngine.js';
import { createModel } from '../../../src/trainer/models/create.js';
import { stateOf } from '../../../src/trainer/models/model.js';
import { logitsProgram } from '../../../src/trainer/training/programs.js';
import { readWeights } from '../../../src/trainer/weights/readWeights.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { pythonWith, torchFiles } from '../../torch.js';
import { assertClose, outcome } from '../engines/sideBySide.js';
import { pictureBytes } from '../models/formula.js';

const [side, batchSize, classes] = [224, 2, 10];
const picture = { height: side, width: side, channels: 3, classes };
const input = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** Networks of torchvision by our names, and what stands in their state dicts. */
const networks = {
  vit_b_16: { model: { kind: 'vit', variant: 'b16', input }, some: 'heads.head.weight', tensors: 152 },
  resnet34: { model: { kind: 'resnet', depth: 34, input }, some: 'fc.weight', tensors: 218 },
};

const said = z.object({ names: z.array(z.string()), logits: z.array(z.number()) });

describe('weights that torchvision writes', () => {
  for (const [name, { model: spec, some, tensors }] of Object.entries(networks)) {
    it(`of ${name} are all taken, and the network says what torchvision's says`, async (t) => {
      const python = pythonWith('torch, torchvision');
      if (python === null) {
        t.skip('NOT TESTED: no Python with torch and torchvision');
        return;
      }
      const cwd = await temporaryFolder(t);
      const images = pictureBytes([batchSize, side, side, 3]);
      writeFileSync(join(cwd, 'pictures'), images);
      // torchvision begins a transformer's head, its class token and its biases at 0, which would hide them.
      const script = `${torchFiles}
import torchvision
torch.manual_seed(3)
net = torchvision.models.${name}(num_classes=${classes}).eval()
for name, value in net.named_parameters():
    if value.dim() == 1 or name in ("class_token", "heads.head.weight"): value.data += torch.randn_like(value) / 20
for name, value in net.named_buffers():
    if name.endswith("running_mean"): value += torch.randn_like(value) / 20
    if name.endswith("running_var"): value *= 1 + torch.rand_like(value) / 2
write("theirs.safetensors", net.state_dict())
x = torch.frombuffer(bytearray(open("pictures", "rb").read()), dtype=torch.uint8).view(${batchSize}, ${side}, ${side}, 3)
x = x.permute(0, 3, 1, 2).float() / 255
x = (x - torch.tensor(${JSON.stringify(input.mean)}).view(3, 1, 1)) / torch.tensor(${JSON.stringify(input.std)}).view(3, 1, 1)
with torch.no_grad(): print(json.dumps({"names": list(net.state_dict()), "logits": net(x).flatten().tolist()}))
`;
      const theirs = spawnSync(python, ['-c', script], { cwd, encoding: 'utf8' });
      assert.equal(theirs.status, 0, theirs.stderr);
      const { names, logits } = said.parse(JSON.parse(theirs.stdout));
      assert.ok(names.includes(some) && names.length === tensors, `${names.length}: ${names.join()}`);

      const parsed = modelSchema.parse(spec);
      const model = createModel(parsed, picture);
      const weights = { file: join(cwd, 'theirs.safetensors') };
      const { state, report } = await readWeights(model, { weights, kind: parsed.kind });
      assert.deepEqual(
        { ...report },
        {
          ...{ file: 'theirs.safetensors', loaded: tensors, skipped: [], resized: [], missing: [], prefix: '' },
          naming: parsed.kind === 'vit' ? 'torchvision' : null,
        },
      );
      const initial = Object.fromEntries(
        stateOf(model).map(({ name, shape }) => [name, { shape, values: state[name] ?? new Float32Array() }]),
      );
      const program = logitsProgram({ name: 'evaluation', model, batchSize, picture });
      const { outputs } = await outcome(new OnnxEngine(), program, { initial, calls: [{ images }] });
      assertClose(outputs[0] ?? {}, { logits: Float32Array.from(logits) }, 1e-4, name);
    });
  }
});
