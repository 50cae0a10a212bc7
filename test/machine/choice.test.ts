import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { modelSchema, trainSchema } from '../../src/core/spec.js';
import { candidates } from '../../src/machine/candidates.js';
import { EngineCache } from '../../src/machine/engineCache.js';
import { fastest, type EngineReport } from '../../src/machine/engineReport.js';
import { probe, type ProbeStep } from '../../src/machine/probe.js';
import { temporaryFolder } from '../run/temporaryFolder.js';

const found = (engine: EngineReport['engine'], milliseconds: number | null, software = false): EngineReport => ({
  engine,
  found: true,
  device: 'a device',
  version: '1',
  software,
  milliseconds,
});

const { optimizer, maxNorm } = trainSchema.parse({});
const step: ProbeStep = {
  model: modelSchema.parse({ kind: 'mlp', hidden: [4] }),
  optimizer,
  maxNorm,
  batchSize: 4,
  picture: { height: 4, width: 4, channels: 1, classes: 3 },
};

describe('the choice of an engine', () => {
  it('falls on the fastest that was measured', () => {
    assert.equal(fastest([found('onnx/cpu', 10), found('onnx/webgpu', 3), found('onnx/cuda', 2)]), 'onnx/cuda');
  });

  it('stays with the CPU where a card is hardly faster: the CPU repeats to the bit', () => {
    assert.equal(fastest([found('onnx/cpu', 10), found('onnx/webgpu', 9.5)]), 'onnx/cpu');
    assert.equal(fastest([found('onnx/cpu', 10), found('onnx/webgpu', 9)]), 'onnx/webgpu');
  });

  it('never falls on a driver that computes on the CPU, nor on what is not here', () => {
    const absent: EngineReport = { engine: 'onnx/cuda', found: false, problem: { code: 'x', message: 'x' } };
    assert.equal(fastest([found('onnx/cpu', 10), found('onnx/webgpu', 1, true), absent]), 'onnx/cpu');
    assert.equal(fastest([absent]), 'onnx/cpu');
  });

  it('considers what the system can have, and says why not the rest', async () => {
    const possible = async (platform: NodeJS.Platform): Promise<string[]> =>
      (await candidates([], platform)).flatMap((each) => (each.possible ? [each.engine] : []));
    assert.deepEqual(await possible('darwin'), ['onnx/cpu', 'onnx/webgpu', 'onnx/coreml']);
    assert.deepEqual(await possible('win32'), ['onnx/cpu', 'onnx/webgpu', 'onnx/directml']);
    const linux = await candidates([], 'linux');
    for (const each of linux) if (!each.possible) assert.ok(each.problem.message.length > 10 && each.problem.mend);
  });

  it('asks in a process of its own: the CPU answers with its time', async () => {
    const report = await probe('onnx/cpu', { script: 'dist/probe.js', step, cards: [] });
    assert.ok(report.found, JSON.stringify(report));
    assert.ok(report.milliseconds !== null && report.milliseconds > 0);
    assert.match(report.version, /^ONNX Runtime 1\./);
  });

  it('outlives a driver that ends the process, and tells its last words', async (t) => {
    const script = join(await temporaryFolder(t), 'crash.mjs');
    await writeFile(
      script,
      `process.stderr.write('terminate called\\n'); process.kill(process.pid, 'SIGABRT'); await new Promise((r) => setTimeout(r, 5000));`,
    );
    const report = await probe('onnx/webgpu', { script, step, cards: [] });
    assert.ok(!report.found);
    assert.equal(report.problem.code, 'probe-crashed');
    assert.match(report.problem.message, /terminate called/);
  });

  it('is kept for the machine, and a damaged file is as none', async (t) => {
    const file = join(await temporaryFolder(t), 'distillery', 'engines.json');
    const cache = new EngineCache(file);
    assert.equal(await cache.find('a'), null);
    await cache.keep('a', [found('onnx/cpu', 1)]);
    await cache.keep('b', [found('onnx/cpu', 2)]);
    assert.deepEqual(await new EngineCache(file).find('a'), [found('onnx/cpu', 1)]);
    await writeFile(file, '{');
    assert.equal(await cache.find('a'), null);
    const locked = join(await temporaryFolder(t), 'locked');
    await mkdir(locked);
    await chmod(locked, 0o500);
    await new EngineCache(join(locked, 'x', 'engines.json')).keep('a', []);
  });
});
