import assert from 'node:assert/strict';
import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { readRun } from '../../../src/run/run.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';
import { smallTeacher, trained, trainerRun } from '../trainerRuns.js';
import { chooseEngine } from '../../run/opened.js';

describe('a machine that ONNX Runtime has no library for', () => {
  it('fails a run with the reason, and trains it with an engine that does without', async (t) => {
    const home = await temporaryFolder(t);
    const script = await installedWithoutLibrary(home);
    const folder = await trainerRun(join(home, 'runs'), smallTeacher, { engine: 'auto' });
    const { code, output } = await trained(folder, {}, script);
    assert.equal(code, 1, output);
    const failed = await readRun(folder);
    assert.ok(failed.kind === 'run');
    assert.equal(failed.state.state, 'failed');
    assert.equal(failed.state.problem?.code, 'no-engine');
    assert.match(failed.state.problem.message, /ONNX Runtime has no library for/);
    await chooseEngine(folder, 'cpu');
    const second = await trained(folder, {}, script);
    assert.equal(second.code, 0, second.output);
  });
});

/** Distillery as it is installed, but for ONNX Runtime's native files. @returns its trainer */
async function installedWithoutLibrary(home: string): Promise<string> {
  const packages = join(home, 'node_modules');
  await mkdir(packages);
  for (const name of await readdir('node_modules')) {
    if (name !== 'onnxruntime-node') await symlink(resolve('node_modules', name), join(packages, name), 'junction');
  }
  const runtime = join('node_modules', 'onnxruntime-node');
  for (const part of ['package.json', 'dist']) {
    await cp(join(runtime, part), join(packages, 'onnxruntime-node', part), { recursive: true });
  }
  const script = join(home, 'dist', 'trainer.js');
  await cp(join('dist', 'trainer.js'), script);
  return script;
}
