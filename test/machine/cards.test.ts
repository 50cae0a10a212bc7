import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findCards } from '../../src/machine/cards.js';
import { gpuFacts } from '../../src/machine/gpuFacts.js';
import { cardPool } from '../../src/launch/cardPool.js';
import { temporaryFolder } from '../run/temporaryFolder.js';
import { fakeMachine, geforce, radeon } from './fakeMachine.js';

/** Real cards are not to be had here: what they say is played by a script and by copies of files. */
describe('cards of a machine', { skip: process.platform === 'win32' && 'scripts are no programs there' }, () => {
  it('are found by nvidia-smi and by sysfs, NVIDIA’s once', async (t) => {
    const drm = { ...radeon, 'card1/device/vendor': '0x10de', 'card2-DP-1/device/vendor': '0x1002' };
    const places = await fakeMachine(await temporaryFolder(t), { nvidia: [geforce(0), geforce(1)], drm });
    const cards = await findCards(places);
    assert.deepEqual(
      cards.map(({ maker, index }) => [maker, index]),
      [
        ['NVIDIA', 0],
        ['NVIDIA', 1],
        ['AMD', null],
      ],
    );
    assert.equal(cards[0]?.name, 'NVIDIA GeForce RTX 4090');
    assert.equal(cards[0].driver, '550.54');
  });

  it('are found by sysfs where NVIDIA’s own command is missing', async (t) => {
    const places = await fakeMachine(await temporaryFolder(t), { drm: { 'card0/device/vendor': '0x10de' } });
    assert.deepEqual(
      (await findCards(places)).map(({ maker, index }) => [maker, index]),
      [['NVIDIA', null]],
    );
  });

  it('are told apart: each tells of itself', async (t) => {
    const cool = geforce(1).replace('temperature.gpu=61', 'temperature.gpu=40');
    const places = await fakeMachine(await temporaryFolder(t), { nvidia: [geforce(0), cool] });
    const facts = await Promise.all((await findCards(places)).map((card) => gpuFacts(card, places)));
    assert.deepEqual(
      facts.map((each) => each?.temperature),
      [61, 40],
    );
  });

  it('are none where nobody knows of one', async (t) => {
    assert.deepEqual(await findCards(await fakeMachine(await temporaryFolder(t), {})), []);
  });

  it('tell how they are, in bytes, degrees and watts', async (t) => {
    const places = await fakeMachine(await temporaryFolder(t), { nvidia: [geforce(0), geforce(3)], drm: radeon });
    const [, nvidia, amd] = await findCards(places);
    assert.ok(nvidia !== undefined && amd !== undefined);
    assert.deepEqual(await gpuFacts(nvidia, places), {
      utilization: 87,
      memoryUsed: 2048 * 2 ** 20,
      memoryTotal: 24564 * 2 ** 20,
      temperature: 61,
      power: 301.25,
    });
    assert.deepEqual(await gpuFacts(amd, places), {
      utilization: 42,
      memoryUsed: 1073741824,
      memoryTotal: 17163091968,
      temperature: 55,
      power: 180,
    });
  });

  it('leave out what they do not tell, and are silent where they tell nothing', async (t) => {
    const places = await fakeMachine(await temporaryFolder(t), {
      nvidia: ['index=0; name=Tesla; driver_version=1; utilization.gpu=5'],
      drm: { 'card0/device/vendor': '0x8086' },
    });
    const [tesla, intel] = await findCards(places);
    assert.ok(tesla !== undefined && intel !== undefined);
    assert.deepEqual(await gpuFacts(tesla, places), { utilization: 5 });
    assert.equal(await gpuFacts(intel, places), null);
  });

  it('are shared out where there are several and the engine can be told which', async (t) => {
    const two = await fakeMachine(await temporaryFolder(t), { nvidia: [geforce(0), geforce(1)] });
    const pool = await cardPool('onnx/cuda', two);
    const taken = [pool.take(), pool.take(), pool.take()];
    assert.deepEqual(taken, [0, 1, 0]);
    pool.giveBack(1);
    assert.equal(pool.take(), 1);
    assert.equal((await cardPool('onnx/webgpu', two)).size, 0);
    const one = await fakeMachine(await temporaryFolder(t), { nvidia: [geforce(0)] });
    assert.equal((await cardPool('auto', one)).take(), null);
  });
});
