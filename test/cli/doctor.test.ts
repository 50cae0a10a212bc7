import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { withoutPlaces } from '../../src/launch/diagnostics.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { tiny } from './tiny.js';

describe('distillery doctor', () => {
  it('says what a report of a fault should hold, and nothing private', async (t) => {
    const home = join(await temporaryFolder(t), 'secretive person');
    const folder = join(home, 'secret-project');
    await mkdir(folder, { recursive: true });
    const experiment = JSON.stringify({ ...JSON.parse(tiny()), name: 'secret plan', engine: 'tensorflow' });
    await writeFile(join(folder, 'secret.distill.json'), experiment);
    const distillery = (...words: string[]) =>
      spawnSync(process.execPath, [resolve('dist/cli.js'), ...words], {
        cwd: folder,
        env: { ...process.env, HOME: home, USERPROFILE: home, DISTILLERY_TENSORFLOW: join(home, 'secret tensorflow') },
        encoding: 'utf8',
      });
    await mkdir(join(folder, '.distillery', 'runs', 'broken'), { recursive: true });
    await writeFile(join(folder, '.distillery', 'runs', 'broken', 'run.json'), 'secret');
    distillery('run', 'secret.distill.json');
    const { status, stdout, stderr } = distillery('doctor');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^versions: distillery \d+\.\d+\.\d+, node \d+\.\d+\.\d+, .*onnxruntime-node 1\./m);
    assert.match(stdout, /^runs folder: .*1 damaged/m);
    assert.match(stdout, /^disk of the runs folder: .* free of /m);
    assert.match(stdout, /^last failure: run-damaged/m);
    assert.match(stdout, /^engine onnx\/cpu: /m);
    assert.match(stdout, /^engine tensorflow: not here: /m);
    assert.doesNotMatch(stdout, /secret/i);
  });

  it('leaves out paths of every system, and no other words with a slash', () => {
    assert.equal(withoutPlaces('cannot open “/home/jo/my nets/a.so”: no'), 'cannot open “<path> nets/a.so”: no');
    assert.equal(withoutPlaces('in C:\\Users\\jo\\x.dll, or \\\\server\\share\\x'), 'in <path>, or \\<path>');
    assert.equal(withoutPlaces('onnx/cpu takes 9/10 of tensorflow/gpu'), 'onnx/cpu takes 9/10 of tensorflow/gpu');
  });
});
