import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { answering } from '../questions.js';
import { until } from '../until.js';
import { runsOf, twoFolders, writeTiny } from '../workspace.js';

describe('a workspace of two folders', () => {
  let first: string;
  let second: string;
  /** Where the second keeps its runs. */
  let kept: string;

  before(async () => {
    [first, second] = await twoFolders();
    kept = join(second, 'kept/runs');
  });

  it('keeps the runs of each in its own place, as its settings say', async () => {
    const inFirst = await writeTiny('first', { folder: first });
    const inSecond = await writeTiny('second', { folder: second });
    for (const file of [inFirst, inSecond]) {
      await vscode.commands.executeCommand('distillery.runExperiment', file, { only: ['baseline'] });
    }
    assert.equal((await runsOf('first')).length, 1);
    assert.equal((await runsOf('second', kept)).length, 1);
    assert.ok(!existsSync(join(second, '.distillery')), 'the setting of the folder is heard');
  });

  it('lists the runs of both, and the experiments', async () => {
    const [runs] = await answering('showQuickPick', [null], () => vscode.commands.executeCommand('distillery.openRun'));
    assert.deepEqual(runs?.choices.map((choice) => /(first|second) ·/.exec(choice)?.[1]).sort(), ['first', 'second']);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const [experiments] = await answering('showQuickPick', [null], () =>
      vscode.commands.executeCommand('distillery.openExperiment'),
    );
    assert.deepEqual(experiments?.choices, ['first', 'second']);
  });

  it('opens a run of either', async () => {
    await answering('showQuickPick', ['second ·'], () => vscode.commands.executeCommand('distillery.openRun'));
    const tab = await until('the run is open', () => vscode.window.tabGroups.activeTabGroup.activeTab);
    assert.ok(tab.input instanceof vscode.TabInputCustom);
    assert.ok(tab.input.uri.fsPath.startsWith(kept), tab.input.uri.fsPath);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  // What is done here is looked at in the next window, which opens the same workspace again (`reloaded`).
  it('leaves one experiment at work and one waiting when it is closed', async () => {
    const long = await writeTiny('long', { folder: first, epochs: 10_000 });
    const next = await writeTiny('next', { folder: second });
    void vscode.commands.executeCommand('distillery.runExperiment', long);
    await until('the teacher trains', async () =>
      (await runsOf('long')).some(({ state }) => state.state === 'running' && state.epoch > 0),
    );
    void vscode.commands.executeCommand('distillery.runExperiment', next);
    assert.deepEqual(await runsOf('next', kept), []);
  });
});
