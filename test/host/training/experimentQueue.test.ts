import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ExperimentQueue, type AskedExperiment } from '../../../src/host/training/experimentQueue.js';
import { problemOf } from '../../../src/core/problem.js';
import type { ExperimentCheck } from '../../../src/launch/checkExperiment.js';
import { smallText } from '../../core/spec/experiment/experimentFiles.js';
import { runsIn } from '../../cli/storedRun.js';
import { temporaryFolder } from '../../run/temporaryFolder.js';

const never = (): Promise<never> => Promise.reject(new Error('a trainer was to be started'));

/** A queue that starts nothing: whatever it begins is stopped before. */
function queueOf({
  left = [],
  problems = [],
}: { left?: readonly AskedExperiment[]; problems?: ExperimentCheck['problems'] } = {}): ExperimentQueue {
  return new ExperimentQueue({
    launcher: () => ({ start: never, stop: never }),
    check: () => Promise.resolve({ problems, warnings: [], looked: [] }),
    engine: () => 'cpu',
    versions: {},
    memory: { read: () => left, write: () => undefined },
  });
}

async function small(t: TestContext, only: readonly string[] = []): Promise<AskedExperiment> {
  const folder = await temporaryFolder(t);
  const text = smallText({ sweep: { 'distill.temperature': [2, 4] } });
  return { file: join(folder, 'small.distill.json'), text, only: [...only], runsDir: runsIn(folder) };
}

describe('the queue of experiments', () => {
  it('takes parts of one experiment one after another, and refuses what is being run already', async (t) => {
    const queue = queueOf();
    const all = await small(t);
    const part = (only: readonly string[]): AskedExperiment => ({ ...all, only: [...only] });
    const keys = ['student t2 a0.9 s0', 'student t4 a0.9 s0'] as const;
    const begun = [queue.run(part([keys[0], 'baseline'])), queue.run(part([keys[1], 'baseline']))];
    await assert.rejects(queue.run(part([keys[0]])), /student t2 a0.9 s0 is being run already/);
    // All of it is more than what runs.
    begun.push(queue.run(all));
    await assert.rejects(queue.run(part([keys[1]])), /being run already/);
    await assert.rejects(queue.run(all), /This experiment is being run already/);
    assert.deepEqual([...queue.files], [all.file]);
    queue.stop(all.file);
    for (const { outcomes } of await Promise.all(begun)) {
      assert.ok(outcomes.every(({ kind }) => kind === 'skipped'));
    }
    assert.equal(queue.files.size, 0);
  });

  it('makes no run where something would end it before its first step, and tells all of it', async (t) => {
    const problem = { code: 'dataset-missing', message: 'It is not there.', fix: 'Fetch it.' };
    const place = { line: 3, column: 2 };
    const range = { offset: 9, length: 4 };
    const queue = queueOf({
      problems: [
        { ...problem, place, range },
        { ...problem, place, range },
      ],
    });
    const asked = await small(t);
    await assert.rejects(queue.run(asked), (error) => {
      const { code, message } = problemOf(error);
      assert.deepEqual([code, message], ['dataset-missing', 'It is not there. (and 1 more)']);
      return true;
    });
    assert.ok(!existsSync(asked.runsDir));
  });

  it('forgets of what was left only the part that is meant', async (t) => {
    const [one, other] = [await small(t, ['student']), await small(t, ['teacher'])];
    const same = { ...other, file: one.file };
    const queue = queueOf({ left: [one, same] });
    queue.forget({ ...one, only: ['student'] });
    assert.deepEqual(queue.left, [same]);
  });
});
