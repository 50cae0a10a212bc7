import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { distillery } from '../extension.js';
import { runsOf, writeTiny } from '../workspace.js';

describe('in a folder that is not trusted', () => {
  it('the extension works', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    await distillery().activate();
    await vscode.commands.executeCommand('distillery.experiments.focus');
  });

  it('no command runs anything', async () => {
    const file = await writeTiny('untrusted');
    // A menu would not offer these; another extension or a keybinding can still call them. Whether they refuse with an
    // error or with a message, nothing may begin.
    for (const command of ['runExperiment', 'runOnly', 'runSample']) {
      await Promise.resolve(vscode.commands.executeCommand(`distillery.${command}`, file)).catch(() => undefined);
    }
    assert.deepEqual(await runsOf('untrusted'), []);
    assert.deepEqual(await runsOf('MNIST sample'), []);
  });
});
