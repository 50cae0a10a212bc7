import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { cachedFiles } from '../../src/data/cache/cacheContents.js';
import type { Run } from '../../src/run/run.js';
import { answering, type Question } from './questions.js';
import { runsOf, workspaceFolder, writeTiny } from './workspace.js';

/** What was asked: which of these are to go, and then whether that is meant. */
interface Asked {
  readonly list: Question | undefined;
  readonly questions: readonly Question[];
}

/** Answers the list with a line of it, and the question with a button. */
async function freeSpace({ choose, answer = null }: { choose: string | null; answer?: string | null }): Promise<Asked> {
  let list: Question | undefined;
  const questions = await answering('showWarningMessage', [answer], async () => {
    [list] = await answering('showQuickPick', [choose], () => vscode.commands.executeCommand('distillery.freeSpace'));
  });
  return { list, questions };
}

describe('Free Space…', () => {
  let student: Run;
  const runsDir = (): string => join(workspaceFolder(), '.distillery', 'runs');
  const there = async (): Promise<string[]> => (await runsOf('freed')).map(({ record }) => record.spec.role).sort();

  before(async () => {
    await vscode.commands.executeCommand('distillery.runExperiment', await writeTiny('freed'));
    const found = (await runsOf('freed')).find(({ record }) => record.spec.role === 'student');
    assert.ok(found !== undefined);
    student = found;
  });

  it('lists the cache and every run, and deletes nothing for who only looked', async () => {
    const cached = await cachedFiles(runsDir());
    assert.notEqual(cached.length, 0);
    const { list, questions } = await freeSpace({ choose: null });
    assert.deepEqual(questions, []);
    for (const part of ['$(database) ', 'freed: teacher', 'freed: baseline', 'freed: student']) {
      assert.ok(
        list?.choices.some((choice) => choice.includes(part)),
        `${part}: ${list?.choices.join(', ')}`,
      );
    }
    assert.deepEqual(await there(), ['baseline', 'student', 'teacher']);
    assert.equal((await cachedFiles(runsDir())).length, cached.length);
  });

  it('asks before it deletes a run for good, and keeps it where that is not meant', async () => {
    const { questions } = await freeSpace({ choose: 'freed: student' });
    const [question, ...more] = questions;
    assert.deepEqual(more, []);
    assert.ok(question?.isModal);
    assert.equal(question.message, 'Delete 1 run permanently?');
    assert.match(question.detail, /will be free\. This cannot be undone\.$/);
    assert.ok(existsSync(student.folder.path));
  });

  it('deletes the run that was chosen, and nothing else', async () => {
    const cached = await cachedFiles(runsDir());
    await freeSpace({ choose: 'freed: student', answer: 'Delete' });
    assert.ok(!existsSync(student.folder.path));
    assert.deepEqual(await there(), ['baseline', 'teacher']);
    assert.equal((await cachedFiles(runsDir())).length, cached.length);
  });

  it('empties the part of the cache that was chosen without a question, for it can be made again', async () => {
    const kindsThere = async (): Promise<string[]> =>
      (await cachedFiles(runsDir())).map(({ contents }) => contents.kind).sort();
    const before = await kindsThere();
    assert.ok(before.includes('logits') && before.includes('pictures'), before.join(', '));
    const { questions } = await freeSpace({ choose: 'Logits of teachers' });
    assert.deepEqual(questions, []);
    assert.deepEqual(
      await kindsThere(),
      before.filter((kind) => kind !== 'logits'),
    );
    assert.deepEqual(await there(), ['baseline', 'teacher']);
  });
});
