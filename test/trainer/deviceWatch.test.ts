import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findCards, type Card } from '../../src/machine/cards.js';
import type { Entry } from '../../src/run/log/entry.js';
import { cardOf, DeviceWatch } from '../../src/trainer/deviceWatch.js';
import { fakeMachine, geforce } from '../machine/fakeMachine.js';
import { temporaryFolder } from '../run/temporaryFolder.js';

const skip = process.platform === 'win32' && 'scripts are no programs there';

describe('what a card says is logged beside the training', { skip }, () => {
  it('as soon as it is known, and not any more once the run is over', async (t) => {
    const places = await fakeMachine(await temporaryFolder(t), { nvidia: [geforce(0)] });
    const [card] = await findCards(places);
    assert.ok(card !== undefined);
    const entries: Entry[] = [];
    const journal = { inPassing: (entry: Entry) => entries.push(entry) };
    const watch = new DeviceWatch(card, journal, places);
    watch.start();
    while (entries.length === 0) await sleep(20);
    watch.stop();
    // On a busy machine it may have been asked again by now.
    const before = entries.length;
    const [entry] = entries;
    assert.ok(entry?.type === 'device');
    assert.deepEqual([entry.name, entry.utilization, entry.temperature], ['NVIDIA GeForce RTX 4090', 87, 61]);
    const late = new DeviceWatch(card, journal, places);
    late.start();
    late.stop();
    await sleep(500);
    assert.equal(entries.length, before);
  });
});

describe('the card that a run computes on', () => {
  const card = (index: number | null): Card => ({
    maker: index === null ? 'AMD' : 'NVIDIA',
    name: `card ${String(index)}`,
    index,
    driver: null,
    folder: null,
  });
  const cards = [card(0), card(1), card(null)];

  it('is the one that CUDA was restricted to, else the first', () => {
    assert.equal(cardOf(cards, '1')?.index, 1);
    assert.equal(cardOf(cards, '1,0')?.index, 1);
    assert.equal(cardOf(cards, '')?.index, 0);
    assert.equal(cardOf(cards, '7')?.index, 0);
    assert.equal(cardOf([], '0'), null);
  });
});
