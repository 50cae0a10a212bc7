import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { modelSchema } from '../../src/core/spec/spec.js';
import { readLogits } from '../../src/run/logits/logits.js';
import { listRuns } from '../../src/run/runsFolder.js';
import { readSafetensors } from '../../src/node/safetensors/safetensors.js';
import { loadMnist } from '../../src/trainer/data/mnist.js';
import { onnxRuntime } from '../../src/trainer/engines/onnx/runtime/onnxRuntime.js';
import { createModel } from '../../src/trainer/models/create.js';
import { readWeights } from '../../src/trainer/weights/readWeights.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { pythonWith, torchFiles } from '../torch.js';
import { distillery } from './command.js';
import { startedEntry } from '../run/sample.js';
import { runsIn, storedRun } from './storedRun.js';
import { tiny } from './tiny.js';

const { InferenceSession, Tensor } = onnxRuntime();

/** Networks with batch normalization, and how PyTorch has them. Pictures are grey, and seen in three equal channels. */
const residual = {
  'a ResNet-34': {
    model: { kind: 'resnet', depth: 34 },
    net: 'net = torchvision.models.resnet34(num_classes=10)',
  },
  'a resnet20': {
    model: { kind: 'cifar-resnet', variant: 'resnet20' },
    net: `
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        nn = torch.nn
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16)
        inputs = 16
        for stage, width in enumerate([16, 32, 64], 1):
            blocks = []
            for block in range(3):
                down = None
                if inputs != width:
                    down = nn.Sequential(nn.Conv2d(inputs, width, 1, stride=2, bias=False), nn.BatchNorm2d(width))
                blocks.append(BasicBlock(inputs, width, 1 if down is None else 2, down))
                inputs = width
            setattr(self, f"layer{stage}", nn.Sequential(*blocks))
        self.fc = nn.Linear(64, 10)
net = Net()`,
  },
};

describe('distillery export', () => {
  it('writes weights that PyTorch loads, and an ONNX file that answers as the run did', async (t) => {
    const cwd = await temporaryFolder(t);
    writeFileSync(join(cwd, 'a.distill.json'), tiny());
    const trained = await distillery(['run', 'a.distill.json', '--only', 'baseline'], { cwd });
    assert.equal(trained.code, 0, trained.stderr);
    const [run = ''] = await listRuns(runsIn(cwd));

    const weights = await distillery(['export', run, '--format', 'safetensors', '--out', 'w.safetensors'], { cwd });
    assert.equal(weights.code, 0, weights.stderr);
    const { tensors } = await readSafetensors(join(cwd, 'w.safetensors'));
    assert.deepEqual(
      Object.entries(tensors)
        .map(([name, { shape }]) => `${name} ${shape.join('×')}`)
        .sort(),
      ['fc1.bias 8', 'fc1.weight 8×784', 'fc2.bias 10', 'fc2.weight 10×8'],
    );

    const graph = await distillery(['export', run, '--format', 'onnx', '--out', 'm.onnx', '--batch', '100'], { cwd });
    assert.equal(graph.code, 0, graph.stderr);
    assert.match(graph.stderr, /^Wrote .*m\.onnx\.$/m);
    const session = await InferenceSession.create(join(cwd, 'm.onnx'));
    t.after(() => session.release());
    assert.deepEqual([session.inputNames, session.outputNames], [['images'], ['logits']]);
    const { test } = await loadMnist({ validation: 0, limit: { test: 100 } });
    const { logits } = await session.run({ images: new Tensor('uint8', test.images.slice(), [100, 28, 28, 1]) });
    const stored = await readLogits(join(runsIn(cwd), run, 'logits', 'test-2.safetensors'));
    assert.deepEqual(logits?.dims, [100, 10]);
    stored.logits.forEach((wanted, index) => {
      const found = Number(logits.data[index]);
      assert.ok(Math.abs(found - wanted) < 1e-4, `logit ${index}: ${found}, stored is ${wanted}`);
    });
  });

  it('writes a log folder a run for TensorBoard, and says so of a run that has measured nothing', async (t) => {
    const cwd = await temporaryFolder(t);
    writeFileSync(join(cwd, 'a.distill.json'), tiny());
    await distillery(['run', 'a.distill.json', '--only', 'baseline'], { cwd });
    const [run = ''] = await listRuns(runsIn(cwd));
    const folder = await storedRun(runsIn(cwd), { entries: [startedEntry()] });
    const done = await distillery(['export', run, run, '--format', 'tensorboard', '--out', 'logs'], { cwd });
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stderr, /tensorboard --logdir .*logs$/m);
    const files = await readdir(join(cwd, 'logs', run));
    assert.equal(files.length, 1, 'a second export replaces the first');
    assert.match(files[0] ?? '', /^events\.out\.tfevents\.\d{10}\./);
    const nothing = await distillery(['export', folder.id, '--format', 'tensorboard', '--out', 'logs'], { cwd });
    assert.deepEqual([nothing.code, /has measured nothing yet/.test(nothing.stderr)], [2, true], nothing.stderr);
    const several = await distillery(['export', run, run, '--format', 'onnx', '--out', 'm.onnx'], { cwd });
    assert.deepEqual([several.code, /One file holds one network/.test(several.stderr)], [2, true], several.stderr);
  });

  it('is loaded by PyTorch with strict=True', async (t) => {
    const python = pythonWith('torch');
    if (python === null) {
      t.skip('NOT TESTED: no Python with torch');
      return;
    }
    const cwd = await temporaryFolder(t);
    writeFileSync(join(cwd, 'a.distill.json'), tiny());
    await distillery(['run', 'a.distill.json', '--only', 'baseline'], { cwd });
    const exported = await distillery(['export', 'latest', '--format', 'safetensors', '--out', 'w.safetensors'], {
      cwd,
    });
    assert.equal(exported.code, 0, exported.stderr);
    const script = `${torchFiles}
net = torch.nn.Module()
net.fc1, net.fc2 = torch.nn.Linear(784, 8), torch.nn.Linear(8, 10)
print(net.load_state_dict(read("w.safetensors"), strict=True))
`;
    const loaded = spawnSync(python, ['-c', script], { cwd, encoding: 'utf8' });
    assert.match(loaded.stdout, /All keys matched/, loaded.stderr);
  });

  for (const [name, { model, net }] of Object.entries(residual)) {
    it(`of ${name} goes to torchvision's modules and back, every value and counter the same`, async (t) => {
      const python = pythonWith('torch, torchvision');
      if (python === null) {
        t.skip('NOT TESTED: no Python with torch and torchvision');
        return;
      }
      const cwd = await temporaryFolder(t);
      const experiment = {
        name: 'residual',
        data: { dataset: 'mnist', limit: { train: 64, test: 10 } },
        teacher: { model: { kind: 'mlp', hidden: [4] } },
        student: { model, train: { epochs: 1, batchSize: 32 } },
        distill: { loss: 'hinton' },
      };
      writeFileSync(join(cwd, 'a.distill.json'), JSON.stringify(experiment));
      const trained = await distillery(['run', 'a.distill.json', '--only', 'baseline'], { cwd });
      assert.equal(trained.code, 0, trained.stderr);
      const [run = ''] = await listRuns(runsIn(cwd));
      await distillery(['export', run, '--format', 'safetensors', '--out', 'ours.safetensors'], { cwd });

      const script = `${torchFiles}
import torchvision
from torchvision.models.resnet import BasicBlock
${net}
ours = read("ours.safetensors")
print(net.load_state_dict(ours, strict=True))
state = net.state_dict()
assert all(state[name].dtype == value.dtype for name, value in ours.items()), "types"
assert all(torch.equal(state[name], value) for name, value in ours.items()), "values"
print({name: int(value) for name, value in state.items() if name == "bn1.num_batches_tracked"})
write("theirs.safetensors", state)
`;
      const loaded = spawnSync(python, ['-c', script], { cwd, encoding: 'utf8' });
      assert.match(loaded.stdout, /All keys matched/, loaded.stderr);
      assert.match(loaded.stdout, /'bn1\.num_batches_tracked': 2\}/, loaded.stderr);

      const weights = { file: join(cwd, 'theirs.safetensors') };
      const picture = { height: 28, width: 28, channels: 1, classes: 10 };
      const parsed = modelSchema.parse(model);
      const { state, report } = await readWeights(createModel(parsed, picture), { weights, kind: parsed.kind });
      assert.deepEqual([report.skipped, report.missing], [[], []]);
      const { tensors } = await readSafetensors(join(cwd, 'ours.safetensors'));
      assert.deepEqual(Object.keys(state).sort(), Object.keys(tensors).sort());
      for (const [tensor, { dtype, data }] of Object.entries(tensors)) {
        assert.equal(dtype === 'I64', tensor.endsWith('num_batches_tracked'), tensor);
        assert.deepEqual(state[tensor], dtype === 'I64' ? Float32Array.from(data, Number) : data, tensor);
      }
    });
  }

  it('says what is missing, unknown or not there yet', async (t) => {
    const cwd = await temporaryFolder(t);
    writeFileSync(join(cwd, 'a.distill.json'), tiny());
    await distillery(['run', 'a.distill.json', '--only', 'baseline'], { cwd });
    const said = async (...words: string[]): Promise<string> => {
      const { code, stderr } = await distillery(['export', 'latest', ...words], { cwd });
      return `${code ?? ''} ${stderr}`;
    };
    assert.equal(
      await said('--out', 'x'),
      '2 No format was given.\n  Write --format safetensors or --format onnx or --format tensorboard.\n',
    );
    assert.equal(
      await said('--out', 'x', '--format', 'pickle'),
      '2 `pickle` is no format.\n  Write --format safetensors or --format onnx or --format tensorboard.\n',
    );
    assert.equal(
      await said('--format', 'onnx'),
      '2 Nothing to write to was given.\n  Write --out FILE, or a folder for tensorboard.\n',
    );
    assert.equal(
      await said('--format', 'onnx', '--out', 'x', '--batch', '0'),
      '2 `0` is no batch size.\n  Write a whole number above 0 after --batch.\n',
    );
    assert.match(await said('--format', 'onnx', '--out', 'no/such/folder/m.onnx'), /^2 .*no\/such\/folder/);
  });
});
