import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ProblemError } from '../../../src/core/problem.js';
import { nvidiaParts, requirementsOf, tensorflowParts, unpackWheel } from '../../../src/launch/tensorflow/wheel.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { zipped } from '../../zip.js';

const signal = new AbortController().signal;

/** As in the wheel of tensorflow 2.21.0, with little in each. */
const tensorflow = {
  'tensorflow/libtensorflow_cc.so.2': 'the library '.repeat(1000),
  'tensorflow/libtensorflow_framework.so.2': 'the framework',
  'tensorflow/python/_pywrap_tensorflow_internal.so': 'for Python',
  'tensorflow/include/tensorflow/c/c_api.h': '// c',
  'tensorflow/include/tensorflow/c/eager/c_api.h': '// eager',
  'tensorflow/include/tensorflow/core/platform/ctstring.h': '// string',
  'tensorflow/include/tensorflow/core/framework/op.h': '// not needed',
  'tensorflow/include/tsl/platform/ctstring.h': '// string',
  'tensorflow/include/xla/tsl/c/tsl_status.h': '// status',
  'tensorflow-2.21.0.dist-info/METADATA': [
    'Name: tensorflow',
    'Requires-Dist: numpy>=1.26.0',
    'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
    'Requires-Dist: nvidia-nccl-cu12 (<3.0,>=2.25.1) ; extra == "and-cuda"',
    'Requires-Dist: tensorboard~=2.20; extra == "other"',
  ].join('\n'),
};

const nvidia = {
  'nvidia/__init__.py': '',
  'nvidia/cuda_nvcc/bin/ptxas': { text: 'a program', executable: true },
  'nvidia/cudnn/lib/libcudnn.so.9': 'a library',
  'nvidia/cudnn/lib/__init__.py': '',
  'nvidia/cudnn/include/cudnn.h': '// a header',
};

async function wheel(folder: string, files: Parameters<typeof zipped>[0]): Promise<string> {
  const file = join(folder, 'some.whl');
  await writeFile(file, zipped(files));
  return file;
}

const filesBelow = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

describe('a wheel', () => {
  it('gives the library and the headers of its C interface, and nothing for Python', async (t) => {
    const folder = await temporaryFolder(t);
    const into = join(folder, 'deps');
    const count = await unpackWheel(await wheel(folder, tensorflow), { into, parts: tensorflowParts, signal });
    assert.deepEqual(await filesBelow(into), [
      'include/tensorflow/c/c_api.h',
      'include/tensorflow/c/eager/c_api.h',
      'include/tensorflow/core/platform/ctstring.h',
      'include/tsl/platform/ctstring.h',
      'include/xla/tsl/c/tsl_status.h',
      'lib/libtensorflow_cc.so.2',
      'lib/libtensorflow_framework.so.2',
    ]);
    assert.equal(count, 7);
    const library = await readFile(join(into, 'lib/libtensorflow_cc.so.2'), 'utf8');
    assert.equal(library, tensorflow['tensorflow/libtensorflow_cc.so.2']);
  });

  // TensorFlow's library looks for CUDA in ../nvidia/<part>/lib, and starts ptxas from ../nvidia/cuda_nvcc/bin.
  it('of NVIDIA gives libraries and programs, in the folders they come in', async (t) => {
    const folder = await temporaryFolder(t);
    const into = join(folder, 'deps');
    await unpackWheel(await wheel(folder, nvidia), { into, parts: nvidiaParts, signal });
    assert.deepEqual(await filesBelow(into), ['nvidia/cuda_nvcc/bin/ptxas', 'nvidia/cudnn/lib/libcudnn.so.9']);
    const executable = async (name: string): Promise<boolean> => ((await stat(join(into, name))).mode & 0o100) !== 0;
    assert.equal(await executable('nvidia/cuda_nvcc/bin/ptxas'), process.platform !== 'win32');
    assert.equal(await executable('nvidia/cudnn/lib/libcudnn.so.9'), false);
  });

  it('names what it needs for CUDA, as pip is told', async (t) => {
    const file = await wheel(await temporaryFolder(t), tensorflow);
    assert.deepEqual(await requirementsOf(file, { extra: 'and-cuda' }), [
      'nvidia-cublas-cu12<13.0,>=12.5.3.2',
      'nvidia-nccl-cu12<3.0,>=2.25.1',
    ]);
  });

  // Each of them would be another thing to pip than the name of a package.
  for (const requirement of [
    '--extra-index-url=https://evil.example/simple',
    '-rhttps://evil.example/requirements.txt',
    '--extra-index-url https://evil.example/simple nvidia-cublas-cu12',
    'nvidia-cublas-cu12 @ https://evil.example/nvidia.whl',
    'https://evil.example/nvidia-cublas-cu12.whl',
    './nvidia-cublas-cu12.whl',
    'evil-package>=1.0',
    'nvidia-cublas-cu12[--extra]>=1.0',
    'nvidia-cublas-cu12>=$(id)',
  ]) {
    it(`that asks for \`${requirement}\` is refused before pip hears of it`, async (t) => {
      const metadata = ['Name: tensorflow', `Requires-Dist: ${requirement}; extra == "and-cuda"`].join('\n');
      const file = await wheel(await temporaryFolder(t), { 'tensorflow-2.21.0.dist-info/METADATA': metadata });
      await assert.rejects(
        requirementsOf(file, { extra: 'and-cuda' }),
        (error) => error instanceof ProblemError && error.problem.code === 'bad-wheel',
      );
    });
  }

  it('that leads out of the folder, or is no archive, is refused', async (t) => {
    const folder = await temporaryFolder(t);
    const options = { into: join(folder, 'deps'), parts: () => 'x', signal };
    const evil = await wheel(folder, { '../evil.so': 'evil' });
    await assert.rejects(unpackWheel(evil, options), /invalid relative path/);
    const page = join(folder, 'page.whl');
    await writeFile(page, '<html>blocked</html>');
    await assert.rejects(
      unpackWheel(page, options),
      (error) => error instanceof ProblemError && error.problem.code === 'bad-wheel',
    );
  });

  it('is left when the installation is called off', async (t) => {
    const folder = await temporaryFolder(t);
    const reason = new Error('called off');
    const options = { into: join(folder, 'deps'), parts: tensorflowParts, signal: AbortSignal.abort(reason) };
    await assert.rejects(unpackWheel(await wheel(folder, tensorflow), options), (error) => error === reason);
  });
});
