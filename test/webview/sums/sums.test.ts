import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ProblemError } from '../../../src/core/problem.js';
import { splitOf } from '../../../webview/softLabels/examples.js';
import { judge } from '../../../webview/sums/judged.js';
import { eachRow, wholeOf } from '../../../webview/sums/steps.js';
import { Sums, type WorkerPort } from '../../../webview/sums/sums.js';
import { logSoftLabels } from '../../../src/core/losses/softmax.js';
import { answersOf } from '../softLabels/cases.js';
import { settled } from '../softLabels/turnedByHand.js';
import { examplesIn, stored, testSums } from './testSums.js';

/** A worker that never answers, and ends when the test says so. */
function silentWorker(): { port: WorkerPort; end: (why: string) => void } {
  let end: (why: string) => void = () => undefined;
  const port: WorkerPort = {
    post: () => undefined,
    listen: ({ onEnd }) => {
      end = (message) => onEnd({ code: 'no-worker', message });
    },
  };
  return { port, end: (why) => end(why) };
}

describe('what is asked of the worker', () => {
  const subject = answersOf({ n: 3_000, classes: 50, seed: 1 });
  const asked = { subject, role: 'student', teachers: [], ensemble: 'probabilities', baseline: null } as const;

  it('takes logits over: the page has none of them any more, and the worker counts the same', async () => {
    const { sums } = testSums();
    const own = { ...subject, logits: subject.logits.slice() };
    const logits = sums.hold(own);
    assert.equal(own.logits.length, 0, 'they were handed over, not copied');
    const { labels, ...judged } = await sums.ask('judged', { members: [logits], ensemble: 'probabilities' });
    const { labels: expectedLabels, ...expected } = judge(subject);
    assert.deepEqual(judged, expected);
    assert.deepEqual(Array.from(labels), Array.from(expectedLabels));
  });

  it('counts an ensemble as core averages it', async () => {
    const { sums } = testSums();
    const other = answersOf({ n: 3_000, classes: 50, seed: 2 });
    for (const ensemble of ['probabilities', 'logits'] as const) {
      const members = [stored(sums, subject).logits, stored(sums, other).logits] as const;
      const { predicted } = await sums.ask('judged', { members, ensemble });
      const logits = logSoftLabels({ teachers: [subject.logits, other.logits], classes: 50, ensemble });
      assert.deepEqual(predicted, judge({ ...subject, logits }).predicted);
    }
  });

  it('is answered in the order of size: a small question does not wait for a large one', async () => {
    const { sums } = testSums();
    const split = splitOf(await examplesIn(sums, asked));
    const done: string[] = [];
    const note = (what: string) => () => void done.push(what);
    await Promise.all([
      sums.ask('calibration', { split, temperature: 2 }).then(note('large')),
      sums.ask('example', { columns: [split.subject], row: 7 }).then(note('small')),
    ]);
    assert.deepEqual(done, ['small', 'large']);
  });

  it('ends where nobody waits for it any more', async () => {
    const { sums, turns, sent } = testSums();
    const split = splitOf(await examplesIn(sums, asked));
    const before = turns();
    const abort = new AbortController();
    const answer = sums.ask('calibration', { split, temperature: 2 }, { signal: abort.signal });
    abort.abort();
    await assert.rejects(answer, { name: 'AbortError' });
    await settled();
    assert.equal(sent.at(-1)?.type, 'cancel');
    assert.ok(turns() - before <= 2, `${turns() - before} turns for what was taken back`);
    await assert.rejects(sums.ask('calibration', { split, temperature: 2 }, { signal: abort.signal }), {
      name: 'AbortError',
    });
  });

  it('says what is wrong: logits that were let go, teachers who answered other examples', async () => {
    const { sums } = testSums();
    const { logits } = stored(sums, subject);
    sums.drop(logits);
    await assert.rejects(
      sums.ask('judged', { members: [logits], ensemble: 'probabilities' }),
      (error) => error instanceof ProblemError && error.problem.code === 'logits-dropped',
    );
    const short = stored(sums, answersOf({ n: 10, classes: 50, seed: 3 })).logits;
    const members = [stored(sums, subject).logits, short] as const;
    await assert.rejects(sums.ask('judged', { members, ensemble: 'probabilities' }), /500 logits for 3000 examples/);
  });

  it('says why there is no worker, to who waits and to who comes later', async () => {
    const { port, end } = silentWorker();
    const sums = new Sums(port);
    const waiting = sums.ask('judged', { members: [1], ensemble: 'probabilities' });
    end('forbidden');
    await assert.rejects(waiting, /forbidden/);
    await assert.rejects(sums.ask('judged', { members: [1], ensemble: 'probabilities' }), /forbidden/);
    assert.throws(() => sums.hold(subject), /forbidden/);
    assert.equal(subject.logits.length, 150_000, 'nothing was handed over');
  });
});

describe('eachRow', () => {
  it('visits every row once, in order, whatever a row costs', () => {
    fc.assert(
      fc.property(fc.nat({ max: 300 }), fc.integer({ min: 1, max: 400_000 }), (n, cost) => {
        const visited: number[] = [];
        wholeOf(eachRow({ n, cost }, (row) => visited.push(row)));
        assert.deepEqual(
          visited,
          Array.from({ length: n }, (_, row) => row),
        );
      }),
    );
  });
});
