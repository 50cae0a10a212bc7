import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scaleWords, strengthOf } from '../../../webview/softLabels/darkKnowledge/darkKnowledge.js';
import { darkKnowledgeOf } from '../../../webview/sums/darkKnowledge.js';
import { distributionOf } from '../../../webview/softLabels/oneExample/distribution.js';
import { columnsOf } from '../../../webview/softLabels/examples.js';
import { exampleLogits } from '../../../webview/softLabels/oneExample/useExampleLogits.js';
import { splitSumsOf, type SplitSums } from '../../../webview/sums/splitSums.js';
import { wholeOf } from '../../../webview/sums/steps.js';
import { examplesIn, splitLogitsOf, testSums, type Asked } from '../sums/testSums.js';
import { answersOf } from './cases.js';

const classes = 5;

const pair: Asked = {
  subject: answersOf({ n: 50, classes, seed: 1 }),
  role: 'student',
  teachers: [answersOf({ n: 50, classes, seed: 2 }), answersOf({ n: 50, classes, seed: 3 })],
  ensemble: 'probabilities',
  baseline: null,
};

function overallAt(asked: Asked, temperature: number): SplitSums {
  return wholeOf(splitSumsOf(splitLogitsOf(asked), temperature));
}

/** At high temperatures differences are small; what is the largest of them must not be taken for nothing. */
test('the largest difference has the strongest colour at every temperature, and the scale says how much that is', () => {
  for (const temperature of [1, 20, 1000]) {
    const overall = overallAt(pair, temperature);
    const dark = darkKnowledgeOf(overall, { diagonal: false, measure: 'softLabels' });
    const difference = dark.matrices.find(({ kind }) => kind === 'difference');
    assert.ok(difference !== undefined);
    const strengths = Array.from(difference.values, (_, cell) => strengthOf(dark, difference, cell));
    assert.equal(Math.max(...strengths), 1);
    const largest = Math.max(
      ...Array.from(difference.values)
        .filter((_, cell) => cell % (classes + 1) !== 0)
        .map(Math.abs),
    );
    const [, said] = /\+([\d.]+)$/.exec(scaleWords(dark, 'difference')) ?? [];
    const rounding = 0.5 * 10 ** -(said?.split('.')[1]?.length ?? 0);
    assert.ok(Math.abs(Number(said) - 100 * largest) <= rounding, `${said ?? ''} for ${100 * largest}`);
  }
});

test('models that say the same have no difference, and none is coloured', () => {
  const one = answersOf({ n: 20, classes, seed: 1 });
  const same: Asked = {
    subject: one,
    role: 'student',
    teachers: [one],
    ensemble: 'probabilities',
    baseline: null,
  };
  const overall = overallAt(same, 4);
  const dark = darkKnowledgeOf(overall, { diagonal: true, measure: 'softLabels' });
  const difference = dark.matrices.find(({ kind }) => kind === 'difference');
  assert.ok(difference !== undefined);
  assert.ok(difference.values.every((_, cell) => strengthOf(dark, difference, cell) === 0));
});

test('shares of what a class leaves to the others have a sum of 1 in each row, and none for itself', () => {
  const overall = overallAt(pair, 4);
  const { matrices, diagonal } = darkKnowledgeOf(overall, { diagonal: true, measure: 'wrongClasses' });
  assert.equal(diagonal, false);
  for (const { kind, values } of matrices) {
    for (let truth = 0; truth < classes; truth++) {
      const row = values.slice(truth * classes, (truth + 1) * classes);
      assert.ok(Number.isNaN(row[truth]));
      const sum = row.reduce((all, share) => all + (Number.isNaN(share) ? 0 : share), 0);
      assert.ok(Math.abs(sum - (kind === 'difference' ? 0 : 1)) < 1e-12, `${kind}: ${sum}`);
    }
  }
});

/** Several teachers averaged as probabilities may change their answer with T; who is right is told at T 1. */
test('“same answer” and “who is right” speak of one answer, whatever the temperature', async () => {
  const examples = await examplesIn(testSums().sums, pair);
  const columns = columnsOf(examples);
  const split = splitLogitsOf(pair);
  for (let index = 0; index < examples.n; index++) {
    const [teacher, student] = columns.map(({ predicted }) => predicted[index]);
    const row = [split.teacher, split.subject].map((column) =>
      (column?.members ?? []).map((logits) => logits.slice(index * classes, (index + 1) * classes)),
    );
    const example = exampleLogits(row, { examples, index });
    for (const temperature of [0.3, 1, 50]) {
      const { summaries } = distributionOf(example, { temperature, shown: [] });
      assert.equal(summaries[1]?.sameAnswer, teacher === student, `example ${index} at T ${temperature}`);
    }
  }
});
