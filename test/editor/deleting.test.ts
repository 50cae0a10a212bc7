import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { Run } from '../../src/run/run.js';
import { answering, type Question } from './questions.js';
import { until } from './until.js';
import { runsOf, writeTiny } from './workspace.js';

describe('deleting runs', () => {
  let teacher: Run;
  let student: Run;

  before(async () => {
    const file = await writeTiny('deleted');
    await vscode.commands.executeCommand('distillery.runExperiment', file);
    const find = async (role: string): Promise<Run> =>
      (await runsOf('deleted')).find(({ record }) => record.spec.role === role) ?? fail(role);
    teacher = await find('teacher');
    student = await find('student');
  });

  const deleteRun = (run: Run, answers: readonly (string | null)[]): Promise<Question[]> =>
    answering('showWarningMessage', answers, () =>
      vscode.commands.executeCommand('distillery.deleteRun', run.folder.path),
    );

  it('asks first, and says what a teacher’s students lose', async () => {
    const [question, ...more] = await deleteRun(teacher, [null]);
    assert.ok(question?.isModal);
    assert.ok(question.message.includes(teacher.record.id), question.message);
    assert.match(question.detail, /1 student learned from it/);
    assert.deepEqual(question.choices, ['Move to Trash']);
    assert.deepEqual(more, []);
    assert.ok(existsSync(teacher.folder.path), 'nothing is lost to who changed their mind');
  });

  it('takes the folder away, and no other', async () => {
    const [first, second] = await deleteRun(student, ['Move to Trash', 'Delete Permanently']);
    assert.equal(first?.detail, '', 'nobody learned from a student');
    // Where there is no trash, as on this server, nothing is lost for good without a second question.
    if (second !== undefined) assert.match(second.message, /no trash here/);
    assert.ok(!existsSync(student.folder.path));
    assert.deepEqual((await runsOf('deleted')).map(({ record }) => record.spec.role).sort(), ['baseline', 'teacher']);
  });

  it('leaves a run alone that is being trained', async () => {
    const file = await writeTiny('busy', { epochs: 10_000 });
    const experiment = vscode.commands.executeCommand('distillery.runExperiment', file);
    try {
      const running = await until('the teacher trains', async () =>
        (await runsOf('busy')).find(({ state }) => state.state === 'running'),
      );
      await vscode.commands.executeCommand('distillery.refresh');
      const asked: Question[] = [];
      const told = await answering('showErrorMessage', [], async (soFar) => {
        asked.push(...(await deleteRun(running, ['Move to Trash', 'Delete Permanently'])));
        await until('it is told', () => soFar.length > 0);
      });
      assert.deepEqual(asked, [], 'there is nothing to ask');
      assert.match(told[0]?.message ?? '', /is being trained\. Stop it first/);
      assert.ok(existsSync(running.folder.path));
    } finally {
      await vscode.commands.executeCommand('distillery.stopExperiment', file);
      await experiment;
    }
  });
});

function fail(role: string): never {
  throw new Error(`The experiment has no ${role}.`);
}
