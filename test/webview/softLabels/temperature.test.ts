import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { examplesOf } from '../../../webview/softLabels/examples.js';
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
import { TurnedByHand } from './turnedByHand.js';

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
    temperature.onFrame((value) => told.push(`frame ${value}`));
    temperature.onRest((value) => told.push(`rest ${value}`));
    for (const value of [5, 6, 7]) temperature.set(value);
    frames.frame();
    temperature.set(8);
    frames.pass(restAfter - 1);
    assert.equal(temperature.atRest, false);
    temperature.set(9);
    frames.frame();
    frames.pass(restAfter);
    assert.deepEqual(told, ['frame 7', 'frame 9', 'rest 9']);
    assert.equal(temperature.atRest, true);
  });

  it('passes over what is no temperature', () => {
    const temperature = new MovingTemperature(4, new TurnedByHand());
    for (const value of [0, -1, NaN, Infinity]) temperature.set(value);
    assert.equal(temperature.value, 4);
  });
});

describe('OverallFollower', () => {
  it('is in step at every frame where that is cheap', () => {
    const frames = new TurnedByHand();
    const temperature = new MovingTemperature(4, frames);
    const subject = answersOf({ n: 50, classes: 10, seed: 1 });
    const examples = examplesOf({ subject, role: 'student', teachers: [subject], ensemble: 'logits', baseline: null });
    const follower = new OverallFollower(examples, temperature, frames, () => 0);
    const told: (number | undefined)[] = [];
    follower.subscribe(() => told.push(follower.overall?.temperature));
    for (const value of [9, 10]) {
      temperature.set(value);
      frames.frame();
    }
    assert.deepEqual(told, [9, 10]);
  });

  it('follows in pieces at rest where it is not, and says that it is behind', () => {
    const frames = new TurnedByHand();
    const temperature = new MovingTemperature(4, frames);
    const subject = answersOf({ n: 500, classes: 500, seed: 1 });
    const examples = examplesOf({ subject, role: 'student', teachers: [subject], ensemble: 'logits', baseline: null });
    // A clock on which every look takes longer than a frame has.
    let time = 0;
    const follower = new OverallFollower(examples, temperature, frames, () => (time += 10));
    let told = 0;
    follower.subscribe(() => told++);
    let turns = 0;
    for (; told === 0 && turns < 100; turns++) frames.frame();
    assert.ok(turns > 2, `${turns} pieces`);
    temperature.set(9);
    frames.frame();
    assert.deepEqual([follower.overall?.temperature, follower.isBehind], [4, true]);
    frames.pass(restAfter);
    for (let turn = 0; turn < 100; turn++) frames.frame();
    assert.deepEqual([follower.overall?.temperature, follower.isBehind], [9, false]);
  });
});
