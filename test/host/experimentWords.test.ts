import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { comparisonWords } from '../../src/host/experimentWords.js';
import type { StudentComparison } from '../../src/launch/compareStudents.js';

function compared({ p, second = 90 }: { p: number; second?: number }, { settings = 'T 4', seed = 0 } = {}) {
  const student: StudentComparison = {
    ...{ student: `student ${settings} s${seed}`, baseline: `baseline s${seed}`, name: 'student' },
    ...{ settings, seed },
    comparison: {
      ...{ examples: 10_000, firstErrors: 132, secondErrors: second, onlyFirstWrong: 60, onlySecondWrong: 18 },
      accuracyDifference: (132 - second) / 10_000,
      p,
      interval: { low: 0, high: 0.01 },
    },
  };
  return student;
}

describe('what a notification says of students and their baselines', () => {
  it('is who is better, and by how much', () => {
    assert.equal(
      comparisonWords([compared({ p: 0.01 })]),
      'student better than its baseline by 0.42 points (p = 0.010)',
    );
    assert.equal(
      comparisonWords([compared({ p: 1e-20, second: 900 })]),
      'student worse than its baseline by 7.68 points (p < 1e-15)',
    );
    assert.equal(
      comparisonWords([compared({ p: 0.099 })]),
      'student and its baseline cannot be told apart (p = 0.099)',
    );
  });

  it('picks no seed where they disagree', () => {
    const seeds = [0.01, 0.2, 0.01].map((p, seed) => compared({ p }, { seed }));
    assert.equal(comparisonWords(seeds), 'student against its baseline: seeds disagree: 2 better, 1 cannot be told');
  });

  it('counts the students of a sweep by what can be told of them', () => {
    const students = [
      compared({ p: 0.01 }),
      compared({ p: 0.3 }, { settings: 'T 8' }),
      compared({ p: 0.01, second: 200 }, { settings: 'T 20' }),
      compared({ p: 0.01 }, { settings: 'T 20', seed: 1 }),
    ];
    assert.equal(
      comparisonWords(students),
      'against their baselines: 3 students, 1 better, 1 cannot be told, 1 with seeds that disagree',
    );
  });

  it('is nothing where nothing could be compared', () => {
    assert.equal(comparisonWords([]), null);
  });
});
