import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ProblemError } from '../../../src/core/problem.js';
import { checkEngine, requireCard } from '../../../src/launch/tensorflow/check.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

const signal = new AbortController().signal;
const onLine = (): void => undefined;

async function checked(t: TestContext, script: string, { gpu = false } = {}) {
  const folder = await temporaryFolder(t);
  const checkScript = join(folder, 'check.mjs');
  await writeFile(checkScript, script);
  return checkEngine(folder, { node: process.execPath, checkScript, gpu, signal, onLine });
}

const answers = (answer: object): string => `console.log(${JSON.stringify(JSON.stringify(answer))});`;
const hasCode = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code;

// What is put into its place must have made a step, on what it was installed for.
describe('an installation of TensorFlow is tried in a process of its own', () => {
  it('which answers among whatever else the library says', async (t) => {
    const script = `console.log('oneDNN is on');${answers({ name: 'tensorflow/cpu', device: 'x' })}console.log('bye');`;
    assert.deepEqual(await checked(t, script), { name: 'tensorflow/cpu', device: 'x' });
  });

  it('and is refused where it uses no graphics card though it should', async (t) => {
    await assert.rejects(
      checked(t, answers({ name: 'tensorflow/cpu', device: 'x' }), { gpu: true }),
      hasCode('no-gpu'),
    );
    const onCard = answers({ name: 'tensorflow/gpu', device: 'x' });
    assert.equal((await checked(t, onCard, { gpu: true })).name, 'tensorflow/gpu');
  });

  it('and is refused with what it says is wrong', async (t) => {
    await assert.rejects(checked(t, answers({ code: 'no-engine', message: 'not there' })), hasCode('no-engine'));
  });

  it('and with its last words where the process ends', { skip: process.platform === 'win32' }, async (t) => {
    await assert.rejects(checked(t, `console.error('undefined symbol'); process.exit(3);`), (error) => {
      assert.ok(hasCode('engine-crashes')(error) && error instanceof ProblemError);
      assert.match(error.problem.message, /exit code 3.*undefined symbol/);
      return true;
    });
    const illegal = `process.kill(process.pid, 'SIGILL'); setTimeout(() => {}, 9000);`;
    await assert.rejects(checked(t, illegal), hasCode('processor-too-old'));
  });
});

describe('a graphics card is looked for before CUDA is fetched', { skip: process.platform === 'win32' }, () => {
  const required = async (t: TestContext, script: string | null) => {
    const folder = await temporaryFolder(t);
    const bin = join(folder, 'bin');
    await mkdir(bin);
    if (script !== null) {
      await writeFile(join(bin, 'nvidia-smi'), `#!/bin/sh\n${script}\n`);
      await chmod(join(bin, 'nvidia-smi'), 0o755);
    }
    await requireCard({ folder, environment: { PATH: bin }, signal, onLine });
  };

  it('and found where NVIDIA’s driver names one', async (t) => {
    await required(t, 'echo "GPU 0: NVIDIA GeForce RTX 4090 (UUID: GPU-1)"');
  });

  for (const [what, script] of Object.entries({
    'its driver is not installed': null,
    'it knows none': 'echo "No devices were found"',
    'it fails': 'echo "GPU 0: broken"; exit 9',
  })) {
    it(`and missed where ${what}`, async (t) => {
      await assert.rejects(required(t, script), hasCode('no-gpu'));
    });
  }
});
