import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { signal } from '@preact/signals-core';
import { WrongClasses } from '../../../src/core/evaluation/darkKnowledge.js';
import { classAverageSoftLabels } from '../../../src/core/evaluation/evaluation.js';
import { KeptTally } from '../../../src/core/evaluation/keptKnowledge.js';
import { ensembleSoftLabels, softmax } from '../../../src/core/losses/softmax.js';
import { darkGallery, type DarkGallery, type OpenCell } from '../../../webview/softLabels/darkKnowledge/darkGallery.js';
import { columnsOf, modelColumn } from '../../../webview/softLabels/examples.js';
import { OverallFollower } from '../../../webview/softLabels/overallFollower.js';
import { MovingTemperature, restAfter } from '../../../webview/softLabels/temperature.js';
import type { DarkOptions } from '../../../webview/sums/darkKnowledge.js';
import { keptOf } from '../../../webview/sums/kept.js';
import { splitSumsOf } from '../../../webview/sums/splitSums.js';
import { wholeOf } from '../../../webview/sums/steps.js';
import { examplesIn, splitLogitsOf, testSums, type Asked } from '../sums/testSums.js';
import { answersOf } from './cases.js';
import { settled, TurnedByHand } from './turnedByHand.js';

const [n, classes] = [60, 5];
const student = answersOf({ n, classes, seed: 1 });
const teachers = [answersOf({ n, classes, seed: 2 }), answersOf({ n, classes, seed: 3 })];
const baseline = answersOf({ n, classes, seed: 4 });
const dark = signal<DarkOptions>({ diagonal: false, measure: 'softLabels' });
const asked: Asked = { subject: student, role: 'student', teachers, ensemble: 'probabilities', baseline };

describe('what was kept, of a split', () => {
  it('is what core says of the same soft labels', () => {
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
    const split = splitLogitsOf(asked);
    const overall = wholeOf(splitSumsOf({ ...split, baseline: null }, temperature));
    assert.ok(overall.teacher !== null && split.teacher !== null);
    const taught = { ...overall, teacher: overall.teacher };
    const kept = wholeOf(keptOf({ ...split, teacher: split.teacher }, taught));
    const found = kept.difference?.overall;
    assert.ok(found);
    assert.ok(Math.abs(found.value - wanted.value) < 1e-9);
    assert.ok(Math.abs(found.interval.low - wanted.interval.low) < 1e-9);
  });

  it('is told once the temperature rests, of that temperature, and of no other', async () => {
    const frames = new TurnedByHand();
    const temperature = new MovingTemperature(4, frames);
    const { sums } = testSums();
    const examples = await examplesIn(sums, asked);
    const follower = new OverallFollower(examples, { sums, temperature, withBaseline: false, dark });
    const told: (number | undefined)[] = [];
    follower.kept.subscribe((kept) => kept !== null && told.push(kept.temperature));
    await settled();
    assert.deepEqual(told, [4]);
    for (const value of [5, 6]) {
      temperature.set(value);
      frames.frame();
      await settled();
    }
    assert.deepEqual(told, [4], 'nothing while it moves');
    frames.pass(restAfter);
    await settled();
    assert.deepEqual(told, [4, 6]);
    assert.ok(follower.kept.peek()?.kept.baseline, 'the baseline is told of though it is not shown');
    assert.deepEqual(
      follower.overall.peek()?.columns.map(({ role }) => role),
      ['teacher', 'student'],
    );
  });

  it('ends with the view', async () => {
    const { sums, sent } = testSums();
    const examples = await examplesIn(sums, asked);
    const temperature = new MovingTemperature(4, new TurnedByHand());
    const follower = new OverallFollower(examples, { sums, temperature, withBaseline: true, dark });
    follower.dispose();
    await settled();
    assert.equal(follower.overall.peek(), null);
    assert.equal(follower.kept.peek(), null);
    assert.equal(sent.at(-1)?.type, 'cancel');
  });
});

/** The examples of a cell as the view has them. */
async function galleryOf(cell: OpenCell): Promise<DarkGallery> {
  const { sums } = testSums();
  const examples = await examplesIn(sums, asked);
  const softLabels = await sums.ask('classSoftLabels', {
    columns: columnsOf(examples).map(modelColumn),
    truth: cell.truth,
    label: cell.answer,
    temperature: 3,
  });
  return darkGallery(cell, { examples, softLabels });
}

describe('the examples of a cell', () => {
  it('are those of the true class, first those to which the model gives most of the other', async () => {
    const { indices, softLabels } = await galleryOf({ kind: 'student', truth: 2, answer: 3 });
    const soft = softmax({ ...student, temperature: 3 });
    const expected = Array.from(student.labels.keys())
      .filter((index) => student.labels[index] === 2)
      .sort((a, b) => (soft[b * classes + 3] ?? NaN) - (soft[a * classes + 3] ?? NaN));
    assert.deepEqual([...indices], expected);
    const [first = 0] = indices;
    assert.ok(Math.abs((softLabels[1]?.[first] ?? NaN) - (soft[first * classes + 3] ?? NaN)) < 1e-9);
  });

  it('of a difference begin with those that push it where it goes', async () => {
    for (let answer = 0; answer < classes; answer++) {
      const cell = { kind: 'difference', truth: 2, answer } as const;
      const { indices, softLabels } = await galleryOf(cell);
      const pushes = Array.from(indices, (index) => (softLabels[1]?.[index] ?? NaN) - (softLabels[0]?.[index] ?? NaN));
      const sum = pushes.reduce((all, push) => all + push, 0);
      const [first = NaN] = pushes;
      assert.equal(first, sum < 0 ? Math.min(...pushes) : Math.max(...pushes));
    }
  });
});
