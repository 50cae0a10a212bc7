import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { distillery } from '../extension.js';
import { answering } from '../questions.js';
import { until } from '../until.js';
import { runsOf, writeTiny } from '../workspace.js';

describe('a window without a folder', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'distillery-'));
  });
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  it('has the extension and its view', async () => {
    assert.equal(vscode.workspace.workspaceFolders, undefined);
    await distillery().activate();
    await vscode.commands.executeCommand('distillery.experiments.focus');
  });

  it('says that there is no run, instead of asking which', async () => {
    const [told] = await answering('showErrorMessage', [null], async (soFar) => {
      await vscode.commands.executeCommand('distillery.openRun');
      await until('it is told', () => soFar.length > 0);
    });
    assert.match(told?.message ?? '', /no runs yet/);
  });

  it('runs an experiment from anywhere, and keeps its runs beside it', async () => {
    const file = await writeTiny('anywhere', { folder });
    await vscode.commands.executeCommand('distillery.runExperiment', file, { only: ['baseline'] });
    const [run] = await runsOf('anywhere', join(folder, '.distillery/runs'));
    assert.equal(run?.state.state, 'finished');
    // It is listed from then on, though it lies in no workspace.
    const [offered] = await answering('showQuickPick', [null], () =>
      vscode.commands.executeCommand('distillery.openRun'),
    );
    assert.match(offered?.choices.join() ?? '', /anywhere ·/);
  });

  it('runs the sample in a place of its own, in one tab', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const sample = vscode.commands.executeCommand('distillery.runSample');
    const tabs = (): readonly vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const run = await until('its first run is open', () => {
      const input = tabs()[0]?.input;
      return input instanceof vscode.TabInputCustom && input.uri.fsPath;
    });
    assert.equal(tabs().length, 1);
    const runs = dirname(dirname(run));
    await until('its teacher trains', async () =>
      (await runsOf('MNIST sample', runs)).some(({ state }) => state.state === 'running'),
    );
    await vscode.commands.executeCommand('distillery.stopAll');
    await sample;
    assert.ok((await runsOf('MNIST sample', runs)).every(({ state }) => state.state === 'stopped'));
  });
});
