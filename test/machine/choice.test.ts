import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { modelSchema, trainSchema } from '../../src/core/spec/spec.js';
import { candidates } from '../../src/machine/candidates.js';
import type { Card } from '../../src/machine/cards.js';
import { allEngines, chooseEngine } from '../../src/machine/choice.js';
import { EngineCache, measurementKey } from '../../src/machine/engineCache.js';
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

/** What a probe prints, as a string of JavaScript. */
const answer = JSON.stringify(JSON.stringify(found('onnx/webgpu', 3)));

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
    for (const each of linux) if (!each.possible) assert.ok(each.problem.message.length > 10 && each.problem.fix);
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

  it('finds the answer among whatever else a driver prints', async (t) => {
    const script = join(await temporaryFolder(t), 'noisy.mjs');
    await writeFile(script, `console.log('driver 1.2');console.log(${answer});console.log('{"found": 1}');`);
    const report = await probe('onnx/webgpu', { script, step, cards: [] });
    assert.ok(report.found);
    assert.equal(report.milliseconds, 3);
  });

  it(
    'is measured once: each engine that may be here, and again when asked to',
    { skip: process.platform !== 'linux' },
    async (t) => {
      const home = await temporaryFolder(t);
      const [script, calls] = [join(home, 'probe.mjs'), join(home, 'calls')];
      await writeFile(
        script,
        `import { appendFileSync } from 'node:fs';
      const { engine } = JSON.parse(process.argv[2]);
      appendFileSync(${JSON.stringify(calls)}, engine + ' ');
      console.log(JSON.stringify({ ...JSON.parse(${answer}), engine, milliseconds: engine === 'onnx/cpu' ? 9 : 3 }));`,
      );
      const card: Card = { maker: 'AMD', name: 'Radeon', index: null, driver: null, folder: null };
      const cache = new EngineCache(join(home, 'engines.json'));
      const options = { step, cards: [card], script, runtime: '1', cache };
      const { engine, reports } = await chooseEngine(options);
      assert.equal(engine, 'onnx/webgpu');
      assert.equal(reports.length, 2);
      assert.equal((await chooseEngine(options)).engine, 'onnx/webgpu');
      assert.equal(await readFile(calls, 'utf8'), 'onnx/cpu onnx/webgpu ');
      await chooseEngine({ ...options, anew: true });
      assert.equal(await readFile(calls, 'utf8'), 'onnx/cpu onnx/webgpu '.repeat(2));
      const all = await allEngines({ ...options, others: ['tensorflow'] });
      assert.deepEqual(
        all.map((each) => `${each.engine} ${each.found ? 'found' : 'not here'}`),
        [
          'onnx/cpu found',
          'onnx/webgpu found',
          'tensorflow found',
          'onnx/cuda not here',
          'onnx/coreml not here',
          'onnx/directml not here',
        ],
      );
    },
  );

  it('is measured anew where the step, the cards, their drivers or the library are others', (t) => {
    const card: Card = { maker: 'NVIDIA', name: 'RTX', index: 0, driver: '550', folder: null };
    const asked = { cards: [card], step, runtime: '1.30' };
    const key = measurementKey(asked);
    assert.equal(measurementKey({ ...asked, cards: [{ ...card }] }), key);
    for (const other of [
      { ...asked, cards: [] },
      { ...asked, cards: [{ ...card, driver: '551' }] },
      { ...asked, runtime: '1.31' },
      { ...asked, step: { ...step, batchSize: 8 } },
    ]) {
      assert.notEqual(measurementKey(other), key);
    }
    process.env.VK_DRIVER_FILES = '/another/driver.json';
    t.after(() => delete process.env.VK_DRIVER_FILES);
    assert.notEqual(measurementKey(asked), key);
  });

  it('is forgotten where a hundred others are newer', async (t) => {
    const file = join(await temporaryFolder(t), 'engines.json');
    const reports = [found('onnx/cpu', 1)];
    const measured = Object.fromEntries(Array.from({ length: 100 }, (_, time) => [`old ${time}`, { time, reports }]));
    await writeFile(file, JSON.stringify({ version: 1, measured }));
    const cache = new EngineCache(file);
    await cache.keep('new', reports);
    assert.equal(await cache.find('old 0'), null);
    assert.deepEqual(await cache.find('old 1'), reports);
    assert.deepEqual(await cache.find('new'), reports);
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
