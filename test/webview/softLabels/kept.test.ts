import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WrongClasses } from '../../../src/core/evaluation/darkKnowledge.js';
import { classAverageSoftLabels } from '../../../src/core/evaluation/evaluation.js';
import { KeptTally } from '../../../src/core/evaluation/keptKnowledge.js';
import { ensembleSoftLabels, softmax } from '../../../src/core/losses/softmax.js';
import { darkGallery } from '../../../webview/softLabels/darkKnowledge/darkGallery.js';
import { examplesOf } from '../../../webview/softLabels/examples.js';
import { KeptFollower } from '../../../webview/softLabels/darkKnowledge/keptFollower.js';
import { KeptPass } from '../../../webview/sums/keptPass.js';
import { OverallFollower } from '../../../webview/softLabels/overallFollower.js';
import { OverallPass } from '../../../webview/sums/overall.js';
import { MovingTemperature, restAfter } from '../../../webview/softLabels/temperature.js';
import { answersOf } from './cases.js';
import { TurnedByHand } from './turnedByHand.js';

const [n, classes] = [60, 5];
const student = answersOf({ n, classes, seed: 1 });
const teachers = [answersOf({ n, classes, seed: 2 }), answersOf({ n, classes, seed: 3 })];
const baseline = answersOf({ n, classes, seed: 4 });
const examples = examplesOf({ subject: student, role: 'student', teachers, ensemble: 'probabilities', baseline });

describe('what was kept, of a split', () => {
  it('is what core says of the same soft labels, in pieces of any size', () => {
    const temperature = 3;
    const soft = {
      teacher: ensembleSoftLabels({ teachers: teachers.map(({ logits }) => logits), classes, temperature }),
      student: softmax({ ...student, temperature }),
      baseline: softmax({ ...baseline, temperature }),
    };
    const { labels } = student;
    const wrong = (own: Float64Array): WrongClasses =>
      new WrongClasses(classAverageSoftLabels({ logits: own.map(Math.log), labels, classes }), classes);
    const support = new Int32Array(classes).fill(n / classes);
    const expected = new KeptTally({
      teacher: wrong(soft.teacher),
      student: wrong(soft.student),
      baseline: wrong(soft.baseline),
      support,
    });
    const row = (of: Float64Array, at: number): Float64Array => of.subarray(at * classes, (at + 1) * classes);
    for (let at = 0; at < n; at++) {
      expected.add({
        truth: labels[at] ?? 0,
        teacher: row(soft.teacher, at),
        student: row(soft.student, at),
        baseline: row(soft.baseline, at),
      });
    }
    const wanted = expected.result.difference?.overall;
    assert.ok(wanted);
    const overall = new OverallPass({ ...examples, baseline: null }, temperature).advance(n);
    assert.ok(overall?.teacher != null && examples.teacher !== null);
    for (const piece of [1, 7, n]) {
      const pass = new KeptPass({ ...examples, teacher: examples.teacher }, { ...overall, teacher: overall.teacher });
      let kept = pass.advance(piece);
      while (kept === null) kept = pass.advance(piece);
      const found = kept.difference?.overall;
      assert.ok(found);
      assert.ok(Math.abs(found.value - wanted.value) < 1e-9);
      assert.ok(Math.abs(found.interval.low - wanted.interval.low) < 1e-9);
    }
  });

  it('is told once the temperature rests, of that temperature, and of no other', () => {
    const frames = new TurnedByHand();
    const temperature = new MovingTemperature(4, frames);
    const shown = { ...examples, baseline: null };
    const follower = new OverallFollower(shown, temperature, frames, () => 0);
    const kept = new KeptFollower(examples, follower, { frames, now: () => 0 });
    const told: (number | undefined)[] = [];
    kept.subscribe(() => told.push(kept.newest?.temperature));
    for (let turn = 0; turn < 3; turn++) frames.frame();
    assert.deepEqual(told, [4]);
    for (const value of [5, 6]) {
      temperature.set(value);
      frames.frame();
      frames.frame();
    }
    assert.deepEqual(told, [4], 'nothing while it moves');
    frames.pass(restAfter);
    for (let turn = 0; turn < 3; turn++) frames.frame();
    assert.deepEqual(told, [4, 6]);
    assert.ok(kept.newest?.kept.baseline, 'the baseline is told of though it is not shown');
  });

  it('ends with the view', () => {
    const frames = new TurnedByHand();
    const follower = new OverallFollower(examples, new MovingTemperature(4, frames), frames, () => 0);
    const kept = new KeptFollower(examples, follower, { frames, now: () => 0 });
    kept.dispose();
    frames.frame();
    assert.equal(kept.newest, null);
  });
});

describe('the examples of a cell', () => {
  it('are those of the true class, first those to which the model gives most of the other', () => {
    const { indices, softLabels } = darkGallery({ kind: 'student', truth: 2, answer: 3 }, { examples, temperature: 3 });
    const soft = softmax({ ...student, temperature: 3 });
    const expected = Array.from(student.labels.keys())
      .filter((index) => student.labels[index] === 2)
      .sort((a, b) => (soft[b * classes + 3] ?? NaN) - (soft[a * classes + 3] ?? NaN));
    assert.deepEqual([...indices], expected);
    const [first = 0] = indices;
    assert.ok(Math.abs((softLabels[1]?.[first] ?? NaN) - (soft[first * classes + 3] ?? NaN)) < 1e-9);
  });

  it('of a difference begin with those that push it where it goes', () => {
    for (let answer = 0; answer < classes; answer++) {
      const cell = { kind: 'difference', truth: 2, answer } as const;
      const { indices, softLabels } = darkGallery(cell, { examples, temperature: 3 });
      const pushes = Array.from(indices, (index) => (softLabels[1]?.[index] ?? NaN) - (softLabels[0]?.[index] ?? NaN));
      const sum = pushes.reduce((all, push) => all + push, 0);
      const [first = NaN] = pushes;
      assert.equal(first, sum < 0 ? Math.min(...pushes) : Math.max(...pushes));
    }
  });
});
