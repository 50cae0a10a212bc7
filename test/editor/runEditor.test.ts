import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { Run } from '../../src/run/run.js';
import { until } from './until.js';
import { runsOf, writeTiny } from './workspace.js';

describe('the run editor', () => {
  let runs: readonly Run[] = [];

  before(async () => {
    const file = await writeTiny('edited');
    await vscode.commands.executeCommand('distillery.runExperiment', file);
    runs = await runsOf('edited');
    assert.equal(runs.length, 3);
  });

  it('opens run.json as a run', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('vscode.open', recordOf(runs[0]));
    const tab = await until('a run is open', activeTab);
    assert.ok(tab.input instanceof vscode.TabInputCustom, 'a custom editor');
    assert.equal(tab.input.viewType, 'distillery.run');
    assert.equal(tab.isDirty, false);
  });

  it('opens several runs side by side', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const run of runs) {
      await vscode.commands.executeCommand('vscode.open', recordOf(run), {
        viewColumn: vscode.ViewColumn.Beside,
        preview: false,
      });
    }
    const shown = () => vscode.window.tabGroups.all.map(({ tabs }) => tabs.length).filter((count) => count > 0);
    await until('three groups', () => shown().length === 3);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('gives the text of run.json where that is wanted', async () => {
    await vscode.commands.executeCommand('vscode.openWith', recordOf(runs[0]), 'default');
    const editor = await until('a text editor', () => vscode.window.activeTextEditor);
    assert.match(editor.document.getText(), /"specHash"/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('survives that the run it shows is damaged, and deleted', async () => {
    const shown = runs[2];
    assert.ok(shown);
    await vscode.commands.executeCommand('vscode.open', recordOf(shown));
    await until('a run is open', activeTab);
    await writeFile(shown.folder.log, '\0garbage\n'.repeat(1000));
    await writeFile(shown.folder.record, '{ "half');
    await vscode.commands.executeCommand('distillery.refresh');
    await rm(shown.folder.path, { recursive: true });
    await vscode.commands.executeCommand('distillery.refresh');
    // The host still answers, and the others are as they were.
    await vscode.commands.executeCommand('vscode.open', recordOf(runs[0]));
    assert.equal((await runsOf('edited')).length, 2);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});

function recordOf(run: Run | undefined): vscode.Uri {
  if (run === undefined) throw new Error('There is no such run.');
  return vscode.Uri.file(run.folder.record);
}

function activeTab(): vscode.Tab | undefined {
  return vscode.window.tabGroups.activeTabGroup.activeTab;
}
