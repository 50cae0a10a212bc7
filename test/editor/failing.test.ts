import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { answering } from './questions.js';
import { until } from './until.js';
import { runsOf, workspaceFolder } from './workspace.js';

const network = { model: { kind: 'mlp', hidden: [4] }, train: { epochs: 1 } };

/** Writes an experiment, and gives the path of its file. */
async function write(name: string, more: Readonly<Record<string, unknown>>): Promise<string> {
  const file = join(workspaceFolder(), `${name}.distill.json`);
  const data = { dataset: 'mnist', limit: { train: 100, test: 100 } };
  const experiment = { name, data, teacher: network, student: network, baseline: false, seeds: [77], ...more };
  await writeFile(file, JSON.stringify(experiment, null, 2));
  return file;
}

const runExperiment = (file: string): Thenable<unknown> =>
  vscode.commands.executeCommand('distillery.runExperiment', file);

describe('an experiment that fails at once', () => {
  it('says why, once, and offers what helps: a data set that is not there', async () => {
    const file = await write('no-cifar', { data: { dataset: 'cifar10' } });
    const told = await answering('showErrorMessage', [null, null, null], async (soFar) => {
      await runExperiment(file);
      await until('it is told', () => soFar.length > 0);
    });
    assert.equal(told.length, 1, told.map(({ message }) => message).join('\n'));
    const [toast] = told;
    assert.match(toast?.message ?? '', /no-cifar.*cifar10.*Fetch it, or name the folder/i);
    assert.doesNotMatch(toast?.message ?? '', /md5|distillery data/);
    assert.equal(toast?.choices[0], 'Fetch CIFAR-10…');
  });

  it('writes where a file lies that was located, and runs then', async () => {
    const folder = join(workspaceFolder(), 'elsewhere');
    await mkdir(folder, { recursive: true });
    for (const split of ['train', 't10k']) {
      for (const part of ['images', 'labels']) await writeFile(join(folder, `${split}-${part}`), '');
    }
    const file = await write('no-folder', { data: { dataset: 'images', folder: 'pictures-that-are-gone' } });
    const original = vscode.window.showOpenDialog;
    Reflect.set(vscode.window, 'showOpenDialog', () => Promise.resolve([vscode.Uri.file(folder)]));
    try {
      const told = await answering('showErrorMessage', ['Locate…'], async (soFar) => {
        await runExperiment(file);
        await until('it is told', () => soFar.length > 0);
        await until('it is written', async () => {
          const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
          return /"folder": "elsewhere"/.test(document.getText());
        });
      });
      assert.match(told[0]?.message ?? '', /no-folder/);
    } finally {
      Reflect.set(vscode.window, 'showOpenDialog', original);
    }
    await until('the experiment is open', () => vscode.window.activeTextEditor?.document.uri.fsPath === file);
    await vscode.commands.executeCommand('undo');
    const { document } = await until('a text', () => vscode.window.activeTextEditor);
    assert.match(document.getText(), /pictures-that-are-gone/);
    assert.match(await readFile(file, 'utf8'), /pictures-that-are-gone/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    assert.deepEqual(await runsOf('no-folder'), []);
  });

  it('offers to open the experiment where its settings are at fault', async () => {
    const train = { epochs: 3, optimizer: { kind: 'sgd', learningRate: 1e30 } };
    const file = await write('diverges', { teacher: { ...network, train } });
    const told = await answering('showErrorMessage', ['Open Experiment'], async (soFar) => {
      await runExperiment(file);
      await until('it is told', () => soFar.length > 0);
      await until('the experiment is open', () => vscode.window.activeTextEditor?.document.uri.fsPath === file);
    });
    assert.equal(told.length, 1);
    assert.match(told[0]?.message ?? '', /^diverges: teacher · seed 0 failed: .* 1 run was not begun\.$/);
    assert.deepEqual(told[0]?.choices, ['Open Experiment', 'Open Run']);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
