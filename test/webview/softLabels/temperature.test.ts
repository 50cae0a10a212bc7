import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { signal } from '@preact/signals-core';
import { OverallFollower } from '../../../webview/softLabels/overallFollower.js';
import {
  MovingTemperature,
  placeOf,
  restAfter,
  sliderSteps,
  temperatureAt,
  temperatureText,
} from '../../../webview/softLabels/temperature.js';
import { answersOf } from './cases.js';
import type { DarkOptions } from '../../../webview/sums/darkKnowledge.js';
import { examplesIn, testSums } from '../sums/testSums.js';
import { settled, TurnedByHand } from './turnedByHand.js';

describe('the slider', () => {
  it('goes from 1 to 50, each step by about the same factor, and back', () => {
    assert.equal(temperatureAt(0), 1);
    assert.equal(temperatureAt(sliderSteps), 50);
    for (let place = 1; place <= sliderSteps; place++) {
      const factor = temperatureAt(place) / temperatureAt(place - 1);
      assert.ok(factor > 1.005 && factor < 1.035, `step ${place} multiplies by ${factor}`);
      assert.equal(placeOf(temperatureAt(place)), place);
    }
    assert.equal(placeOf(0.2), 0);
    assert.equal(placeOf(900), sliderSteps);
  });

  it('shows digits that were set', () => {
    assert.deepEqual([1, 4, 1.25, 20, 0.5, 12.3, 7.07].map(temperatureText), [
      '1.0',
      '4.0',
      '1.25',
      '20',
      '0.5',
      '12.3',
      '7.07',
    ]);
  });
});

describe('MovingTemperature', () => {
  it('tells once a frame, with the newest, and once more at rest', () => {
    const frames = new TurnedByHand();
    const temperature = new MovingTemperature(4, frames);
    const told: string[] = [];
    temperature.inFrame.subscribe((value) => told.push(`frame ${value}`));
    temperature.resting.subscribe((value) => told.push(`rest ${value}`));
    assert.deepEqual(told.splice(0), ['frame 4', 'rest 4'], 'both are known from the beginning');
    for (const value of [5, 6, 7]) temperature.set(value);
    frames.frame();
    temperature.set(8);
    frames.pass(restAfter - 1);
    assert.equal(temperature.atRest.peek(), false);
    temperature.set(9);
    frames.frame();
    frames.pass(restAfter);
    assert.deepEqual(told, ['frame 7', 'frame 9', 'rest 9']);
    assert.equal(temperature.atRest.peek(), true);
  });

  it('passes over what is no temperature', () => {
    const temperature = new MovingTemperature(4, new TurnedByHand());
    for (const value of [0, -1, NaN, Infinity]) temperature.set(value);
    assert.equal(temperature.value, 4);
  });
});

/** A student that is its own teacher, followed from T = 4 by a worker whose messages are looked at. */
async function followed(size: { n: number; classes: number }) {
  const frames = new TurnedByHand();
  const temperature = new MovingTemperature(4, frames);
  const { sums, ...worker } = testSums();
  const subject = answersOf({ ...size, seed: 1 });
  const asked = { subject, role: 'student', teachers: [subject], ensemble: 'logits', baseline: null } as const;
  const dark = signal<DarkOptions>({ diagonal: false, measure: 'softLabels' });
  const follower = new OverallFollower(await examplesIn(sums, asked), {
    sums,
    temperature,
    withBaseline: false,
    dark,
  });
  return { ...worker, frames, temperature, follower };
}

describe('OverallFollower', () => {
  it('is in step at every frame where that is cheap', async () => {
    const { frames, temperature, follower } = await followed({ n: 50, classes: 10 });
    await settled();
    const told: (number | undefined)[] = [];
    follower.overall.subscribe((overall) => told.push(overall?.temperature));
    for (const value of [9, 10]) {
      temperature.set(value);
      frames.frame();
      await settled();
    }
    assert.deepEqual(told, [4, 9, 10]);
    assert.equal(follower.resting.peek()?.temperature, 4, 'it moves');
    frames.pass(restAfter);
    assert.equal(follower.resting.peek()?.temperature, 10);
  });

  it('passes over temperatures that come faster than they can be computed, and ends with the newest', async () => {
    const { frames, temperature, sent, follower } = await followed({ n: 50, classes: 10 });
    for (let value = 5; value < 40; value++) {
      temperature.set(value);
      frames.frame();
    }
    await settled();
    assert.equal(follower.overall.peek()?.temperature, 39);
    const asks = sent.filter((message) => message.type === 'ask' && message.name === 'overall');
    assert.equal(asks.length, 2, 'the first and the newest');
  });

  it('follows at rest where it is not, gives up what is out of date, and says that it is behind', async () => {
    const { frames, temperature, sent, turns, follower } = await followed({ n: 500, classes: 500 });
    const before = turns();
    await settled();
    assert.ok(turns() - before > 2, 'the worker listens meanwhile');
    assert.deepEqual([follower.overall.peek()?.temperature, follower.isBehind.value], [4, false]);
    temperature.set(9);
    frames.frame();
    await settled();
    assert.deepEqual([follower.overall.peek()?.temperature, follower.isBehind.value], [4, true]);
    frames.pass(restAfter);
    temperature.set(12);
    frames.frame();
    assert.equal(sent.at(-1)?.type, 'cancel', 'nobody waits for 9 any more');
    frames.pass(restAfter);
    await settled();
    assert.deepEqual([follower.overall.peek()?.temperature, follower.isBehind.value], [12, false]);
  });
});
