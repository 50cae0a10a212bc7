import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { liveness } from '../../../src/node/processes/process.js';
import type { Run } from '../../../src/run/run.js';
import { until } from '../until.js';
import { runsOf, twoFolders } from '../workspace.js';

/** The workspace of `roots` again, where one experiment was at work and one waited. */
describe('a window that comes back', () => {
  let first: string;
  let second: string;
  /** Where the second keeps its runs. */
  let kept: string;

  before(async () => {
    [first, second] = await twoFolders();
    kept = join(second, 'kept/runs');
  });

  const teacherOf = async (experiment: string): Promise<Run | undefined> =>
    (await runsOf(experiment)).find(({ record }) => record.spec.role === 'teacher');

  it('finds its trainer still at work', async () => {
    const teacher = await teacherOf('long');
    assert.ok(teacher?.state.started);
    assert.equal(teacher.state.state, 'running');
    assert.equal(await liveness(teacher.state.started), 'alive');
    const { step } = teacher.state;
    await until('it goes on', async () => ((await teacherOf('long'))?.state.step ?? 0) > step);
    assert.equal((await runsOf('long')).length, 1, 'nobody began it again');
  });

  it('goes on with what waited once that is stopped', async () => {
    // The extension is there, and has read what it was asked for before.
    await vscode.commands.executeCommand('distillery.refresh');
    assert.deepEqual(await runsOf('next', kept), [], 'it waits for its turn');
    await vscode.commands.executeCommand('distillery.stopExperiment', join(first, 'long.distill.json'));
    await until('the trainer is stopped', async () => (await teacherOf('long'))?.state.state === 'stopped');
    const ended = await until('the next experiment is done', async () => {
      const runs = await runsOf('next', kept);
      return runs.length === 3 && runs.every(({ state }) => state.state === 'finished') && runs;
    });
    assert.deepEqual(ended.map(({ record }) => record.spec.role).sort(), ['baseline', 'student', 'teacher']);
    assert.equal((await runsOf('long')).length, 1, 'the one that was stopped begins nothing more');
  });
});
