import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareRight } from '../../../src/core/evaluation/comparison.js';
import { experimentVerdict, type ToldStudent } from '../../../src/core/statistics/experimentVerdict.js';
import { experimentVerdictWords } from '../../../src/core/statistics/experimentVerdictWords.js';
import { crossedTable } from '../../../src/core/statistics/crossedTable.js';
import { testCrossed } from '../../../src/core/statistics/crossedTest.js';
import { randomStream } from '../../../src/core/random.js';
import { assertNear } from '../near.js';

const pictures = 1000;

/** Answers of which about so many in a hundred are wrong, drawn for each seed. */
function answers(wrong: number, ...name: readonly (number | string)[]): Uint8Array {
  const drawn = new Float32Array(pictures);
  randomStream(0, ...name).fillUniform(drawn, { low: 0, high: 100 });
  return Uint8Array.from(drawn, (value) => (value < wrong ? 0 : 1));
}

function student(
  name: string,
  wrong: number,
  { seeds = [0, 1, 2], validation = null }: { seeds?: number[]; validation?: number | null } = {},
): ToldStudent {
  return {
    ...{ name, baseline: 'baseline' },
    seeds: seeds.map((seed) => ({
      seed,
      pair: { student: answers(wrong, name, seed), baseline: answers(20, 'baseline', seed) },
      validationErrors: validation,
    })),
  };
}

describe('the verdict of an experiment', () => {
  it('is of one student that of its seeds and pictures together, with one interval and one p', () => {
    const only = student('student', 10);
    const verdict = experimentVerdict([only]);
    assert.ok(verdict?.kind === 'seeds' && verdict.verdict === 'better' && verdict.chosenOn === 'plan');
    const alone = testCrossed(crossedTable(only.seeds.map(({ pair }) => pair)));
    const [found, expected] = [verdict, alone].map(({ interval, p }) => [interval.low, interval.high, p]);
    assertNear(found ?? [], expected ?? [], { tolerance: 1e-9, what: 'interval, p' });
    assert.match(
      experimentVerdictWords(verdict),
      /^student better than its baseline by \d+\.\d\d points \(p = 0\.\d+\) over 3 seeds: 95 % interval of the difference in accuracy \+.* … \+.* points, for new seeds and new pictures, from 1,000 of them\.$/,
    );
  });

  it('says how many more seeds would tell, where it cannot be told', () => {
    const verdict = experimentVerdict([student('student', 18.5)]);
    assert.ok(verdict?.kind === 'seeds' && verdict.verdict === 'cannot be told' && verdict.needed.kind === 'seeds');
    const more = verdict.needed.seeds - 3;
    assert.ok(more > 0);
    assert.match(
      experimentVerdictWords(verdict),
      new RegExp(`\\. ${more} more seeds? would tell a difference of this size \\(80 % power\\)\\.$`),
    );
  });

  it('chooses on validation where there is one, not by the test set, and says so', () => {
    const few = student('few test errors', 8, { validation: 120 });
    const chosen = student('few validation errors', 12, { validation: 100 });
    const verdict = experimentVerdict([few, chosen]);
    assert.deepEqual([verdict?.name, verdict?.chosenOn, verdict?.tried], [chosen.name, 'validation', 2]);
    assert.match(
      verdict === null ? '' : experimentVerdictWords(verdict),
      /Chosen on validation among 2, and corrected for them: /,
    );
  });

  it('chooses on the test set where one has no validation, and says so', () => {
    const verdict = experimentVerdict([student('a', 12, { validation: 100 }), student('b', 8)]);
    assert.deepEqual([verdict?.name, verdict?.chosenOn], ['b', 'test']);
    assert.match(
      verdict === null ? '' : experimentVerdictWords(verdict),
      /Chosen on the test set among 2, and corrected for them\./,
    );
  });

  it('is less sure of one among many than of one alone with the same answers', () => {
    const alone = experimentVerdict([student('student', 12)]);
    const same = Array.from({ length: 8 }, (_, index) =>
      student(index === 3 ? 'student' : `other ${index}`, index === 3 ? 12 : 20),
    );
    const among = experimentVerdict(same);
    assert.ok(alone?.kind === 'seeds' && among?.kind === 'seeds');
    assert.equal(among.name, 'student');
    assert.deepEqual(among.family, { tried: 8, correlation: 0.5 });
    // Eight know more of how much seeds move than one does, so the interval may still be the narrower one.
    assert.ok(among.table.difference === alone.table.difference && among.p !== alone.p);
  });

  it('leaves out who has not all seeds, and counts them among those tried', () => {
    const verdict = experimentVerdict([student('whole', 15), student('part', 5, { seeds: [0, 1] })]);
    assert.deepEqual([verdict?.name, verdict?.tried, verdict?.leftOut], ['whole', 2, 1]);
    assert.match(verdict === null ? '' : experimentVerdictWords(verdict), /among 2, 1 of which has not all seeds/);
  });

  it('holds of one seed for these networks only, and says that more are needed', () => {
    const only = student('student', 15, { seeds: [4] });
    const verdict = experimentVerdict([only]);
    assert.ok(verdict?.kind === 'these networks');
    const { student: second, baseline: first } = only.seeds[0]?.pair ?? { student: [], baseline: [] };
    assert.deepEqual(verdict.comparison, compareRight({ first, second }));
    assert.match(
      experimentVerdictWords(verdict),
      /with seed 4: .* for these two networks on new pictures, from 1,000 of them; other seeds may say something else\. At least \d+ more seeds? would tell/,
    );
  });

  it('corrects the one seed of a sweep chosen on the test set, and not one chosen on validation', () => {
    const of = (validation: number | null) =>
      experimentVerdict([student('a', 17, { seeds: [0], validation }), student('b', 20, { seeds: [0], validation })]);
    const [onTest, onValidation] = [of(null), of(50)];
    assert.ok(onTest?.kind === 'these networks' && onValidation?.kind === 'these networks');
    assertNear([onTest.comparison.p], [Math.min(1, 2 * onValidation.comparison.p)], { tolerance: 1e-12, what: 'p' });
    assert.ok(onTest.comparison.interval.low <= onValidation.comparison.interval.low);
  });

  it('stays a verdict where all seeds and pictures say the same, and where nothing differs', () => {
    const of = (student: number[], baseline: number[]) =>
      experimentVerdict([
        {
          ...{ name: 'student', baseline: '' },
          seeds: [0, 1, 2].map((seed) => ({ seed, pair: { student, baseline }, validationErrors: null })),
        },
      ]);
    const [all, none] = [of([1, 1, 1], [0, 0, 0]), of([1, 0, 1], [1, 0, 1])];
    assert.ok(all?.kind === 'seeds' && none?.kind === 'seeds');
    assert.deepEqual([all.verdict, all.interval], ['better', { low: 1, high: 1 }]);
    assert.deepEqual([none.verdict, none.p, none.interval], ['cannot be told', 1, { low: 0, high: 0 }]);
    assert.match(
      experimentVerdictWords(none),
      /No number of seeds that anybody trains would tell so small a difference\.$/,
    );
  });

  it('is none where nothing was compared', () => {
    assert.equal(experimentVerdict([]), null);
    assert.equal(experimentVerdict([{ name: 'student', baseline: '', seeds: [] }]), null);
    const one = { seed: 0, pair: { student: [1], baseline: [0] }, validationErrors: null };
    assert.equal(experimentVerdict([{ name: 'student', baseline: '', seeds: [one] }]), null, 'one picture');
  });
});
