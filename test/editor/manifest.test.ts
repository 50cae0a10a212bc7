import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { distillery, englishOf, manifestOf } from './extension.js';
import { print } from './print.js';

describe('the extension as declared', () => {
  it('activates quickly', async () => {
    const extension = distillery();
    const early = extension.isActive;
    const before = performance.now();
    await extension.activate();
    const milliseconds = performance.now() - before;
    print(`      activated in ${milliseconds.toFixed(1)} ms${early ? ' (it was active already)' : ''}`);
    // The aim is 50 ms on a quiet machine; this catches work that does not belong here.
    assert.ok(milliseconds < 1000, `${milliseconds} ms`);
  });

  it('has every command that it declares, and declares every one that it has', async () => {
    const extension = distillery();
    await extension.activate();
    const declared = manifestOf(extension).contributes.commands.map(({ command }) => command);
    const all = await vscode.commands.getCommands(true);
    // Views and editors bring commands of the editor's own (focus, open, …), named after them.
    const registered = new Set(all.filter((command) => command.startsWith('distillery.')));
    assert.deepEqual(
      declared.filter((command) => !registered.has(command)),
      [],
      'declared, not registered',
    );
    assert.equal(new Set(declared).size, declared.length, 'declared twice');
  });

  it('has runs in tabs that were not looked at yet called by their folders, not all of them run.json', () => {
    const labels = vscode.workspace
      .getConfiguration('workbench.editor')
      .get<Record<string, string>>('customLabels.patterns');
    assert.equal(labels?.['**/.distillery/runs/*/run.json'], '${dirname}');
  });

  it('gives every command a title in its category', () => {
    for (const { command, title, category } of manifestOf(distillery()).contributes.commands) {
      assert.equal(category, 'Distillery', command);
      assert.match(englishOf(distillery(), title), /^[A-Z].*[^.]$/, command);
    }
  });

  it('binds keys and menu entries to commands that there are', () => {
    const { commands, keybindings = [], menus = {} } = manifestOf(distillery()).contributes;
    const known = new Set(commands.map(({ command }) => command));
    for (const { command } of [...keybindings, ...Object.values(menus).flat()]) {
      if (command?.startsWith('distillery.')) assert.ok(known.has(command), command);
    }
  });
});
