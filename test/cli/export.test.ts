import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { readLogits } from '../../src/run/logits.js';
import { listRuns } from '../../src/run/runsFolder.js';
import { readSafetensors } from '../../src/run/safetensors.js';
import { loadMnist } from '../../src/trainer/data/mnist.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { distillery } from './command.js';
import { runsIn } from './storedRun.js';
import { tiny } from './tiny.js';

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

  it('is loaded by PyTorch with strict=True', async (t) => {
    const python = ['/usr/bin/python3', 'python3'].find((each) => spawnSync(each, ['-c', 'import torch']).status === 0);
    if (python === undefined) {
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
    const script = [
      'import json, struct, torch',
      'raw = open("w.safetensors", "rb").read()',
      'size = struct.unpack("<Q", raw[:8])[0]',
      'header = json.loads(raw[8:8 + size])',
      'read = lambda i: torch.frombuffer(bytearray(raw[8 + size + i["data_offsets"][0]:8 + size + i["data_offsets"][1]]), dtype=torch.float32).view(i["shape"])',
      'state = {k: read(v) for k, v in header.items() if k != "__metadata__"}',
      'net = torch.nn.Module()',
      'net.fc1, net.fc2 = torch.nn.Linear(784, 8), torch.nn.Linear(8, 10)',
      'print(net.load_state_dict(state, strict=True))',
    ].join('\n');
    const loaded = spawnSync(python, ['-c', script], { cwd, encoding: 'utf8' });
    assert.match(loaded.stdout, /All keys matched/, loaded.stderr);
  });

  it('says what is missing, unknown or not there yet', async (t) => {
    const cwd = await temporaryFolder(t);
    writeFileSync(join(cwd, 'a.distill.json'), tiny());
    await distillery(['run', 'a.distill.json', '--only', 'baseline'], { cwd });
    const said = async (...words: string[]): Promise<string> => {
      const { code, stderr } = await distillery(['export', 'latest', ...words], { cwd });
      return `${code ?? ''} ${stderr}`;
    };
    assert.equal(await said('--out', 'x'), '2 No format was given.\n  Write --format safetensors or --format onnx.\n');
    assert.equal(
      await said('--out', 'x', '--format', 'pickle'),
      '2 `pickle` is no format.\n  Write --format safetensors or --format onnx.\n',
    );
    assert.equal(await said('--format', 'onnx'), '2 No file to write to was given.\n  Write --out FILE.\n');
    assert.equal(
      await said('--format', 'onnx', '--out', 'x', '--batch', '0'),
      '2 `0` is no batch size.\n  Write a whole number above 0 after --batch.\n',
    );
    assert.match(await said('--format', 'onnx', '--out', 'no/such/folder/m.onnx'), /^2 .*no\/such\/folder/);
  });
});
