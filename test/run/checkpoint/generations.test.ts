import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { ProblemError } from '../../../src/core/problem.js';
import { liesOutside, remedyOf } from '../../../src/core/remedy.js';
import { runFolder, type RunFolder } from '../../../src/run/folder.js';
import {
  lastGeneration,
  refusedGeneration,
  refusedNetwork,
  takePrevious,
} from '../../../src/run/checkpoint/generations.js';
import {
  dropPrevious,
  readCheckpoint,
  writeCheckpoint,
  type Position,
} from '../../../src/trainer/training/checkpoint.js';
import { noSums } from '../../../src/trainer/training/epochSums.js';
import { withRun } from '../../../src/run/openedRun.js';
import { claimed } from '../opened.js';
import { temporaryFolder } from '../temporaryFolder.js';

const record = { specHash: 'a'.repeat(64) };
const shapes = { weight: [30, 700] };
const at = (step: number): Position => ({ version: 1, ...record, step, seconds: step, sums: noSums, test: null });
const tensors = (step: number) => ({ weight: new Float32Array(21_000).fill(step) });

const save = (folder: RunFolder, step: number): Promise<void> =>
  withRun(folder, (run) => writeCheckpoint(run, { position: at(step), tensors: tensors(step) }, shapes));

/** A run that has saved after these steps. */
async function savedRun(t: TestContext, steps: readonly number[]): Promise<RunFolder> {
  const folder = runFolder(await temporaryFolder(t));
  for (const step of steps) await save(folder, step);
  return folder;
}

function flip(path: string, place = 0.5): void {
  const bytes = readFileSync(path);
  const index = Math.floor(place * (bytes.length - 1));
  bytes.writeUInt8(bytes.readUInt8(index) ^ 4, index);
  writeFileSync(path, bytes);
}

async function stepOf(folder: RunFolder): Promise<number | null> {
  const last = await lastGeneration(folder);
  if (last === null) return null;
  try {
    return (await readCheckpoint(last.file, { record, shapes })).position.step;
  } catch (error) {
    throw await refusedGeneration(error, folder, last);
  }
}

const problemOf = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ProblemError, String(error));
  return error.problem;
};

describe('the generations of a checkpoint', () => {
  it('are the last and the one before while a run trains, and the last alone when it is finished', async (t) => {
    const folder = await savedRun(t, [10]);
    assert.equal(existsSync(folder.previousCheckpoint), false);
    for (const step of [20, 30]) {
      await save(folder, step);
      const previous = await readCheckpoint(folder.previousCheckpoint, { record, shapes });
      assert.deepEqual([await stepOf(folder), previous.position.step], [step, step - 10]);
    }
    await withRun(folder, dropPrevious);
    await withRun(folder, dropPrevious);
    assert.deepEqual([existsSync(folder.previousCheckpoint), await stepOf(folder)], [false, 30]);
  });

  it('leave the one before to whoever is killed between the two renames', async (t) => {
    const folder = await savedRun(t, [10, 20]);
    renameSync(folder.checkpoint, folder.previousCheckpoint);
    assert.equal(await stepOf(folder), 20);
    await save(folder, 30);
    assert.equal(await stepOf(folder), 30);
    assert.equal((await readCheckpoint(folder.previousCheckpoint, { record, shapes })).position.step, 20);
  });

  it('are refused wherever they were changed, and the one before is offered where it is whole', async (t) => {
    const folder = await savedRun(t, [10, 20]);
    const whole = readFileSync(folder.checkpoint);
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true }), async (place) => {
        writeFileSync(folder.checkpoint, whole);
        flip(folder.checkpoint, place);
        const problem = await problemOf(stepOf(folder));
        assert.equal(problem.code, 'checkpoint-damaged');
        assert.equal(problem.place?.file, folder.checkpoint);
        assert.match(problem.message, /was saved at step 10\./);
        assert.match(problem.fix ?? '', /distillery resume \S+ --previous/);
        assert.equal(remedyOf(problem, { data: null, hasFile: true }), 'previous');
        assert.ok(liesOutside(problem));
      }),
      { numRuns: 100 },
    );
    flip(folder.previousCheckpoint);
    const both = await problemOf(stepOf(folder));
    assert.equal(both.code, 'checkpoints-damaged');
    assert.match(both.fix ?? '', /--force/);
    assert.ok(liesOutside(both));
  });

  it('are refused to students and exports as the network of a run', async (t) => {
    const folder = await savedRun(t, [10]);
    flip(folder.checkpoint);
    const reading = readCheckpoint(folder.checkpoint, { record, shapes }).catch((error: unknown) => {
      throw refusedNetwork(error, folder);
    });
    const problem = await problemOf(reading);
    assert.deepEqual([problem.code, problem.place?.file], ['network-damaged', folder.checkpoint]);
    assert.ok(problem.message.includes(folder.id));
    assert.ok(liesOutside(problem));
  });
});

describe('going on from the checkpoint before', () => {
  it('keeps the damaged one under another name', async (t) => {
    const folder = await savedRun(t, [10, 20]);
    flip(folder.checkpoint);
    const damaged = readFileSync(folder.checkpoint);
    assert.equal(await takePrevious(folder), 10);
    assert.deepEqual(readFileSync(folder.damagedCheckpoint), damaged);
    assert.deepEqual(await lastGeneration(folder), { file: folder.previousCheckpoint, isPrevious: true });
    assert.equal(await stepOf(folder), 10);
    // Asked for again, before a trainer has saved, it is the same.
    assert.equal(await takePrevious(folder), 10);
  });

  it('is refused where the last one is whole, where there is none before it, and while a trainer is at work', async (t) => {
    const folder = await savedRun(t, [10, 20]);
    const before = readFileSync(folder.checkpoint);
    assert.equal((await problemOf(takePrevious(folder))).code, 'checkpoint-whole');
    assert.deepEqual(readFileSync(folder.checkpoint), before);
    flip(folder.checkpoint);
    const hold = await claimed(folder);
    assert.equal((await problemOf(takePrevious(folder))).code, 'run-busy');
    hold.release();
    flip(folder.previousCheckpoint);
    assert.equal((await problemOf(takePrevious(folder))).code, 'no-previous-checkpoint');
    const single = await savedRun(t, [10]);
    flip(single.checkpoint);
    assert.equal((await problemOf(takePrevious(single))).code, 'no-previous-checkpoint');
    assert.ok(existsSync(single.checkpoint));
  });
});
