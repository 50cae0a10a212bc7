import assert from 'node:assert/strict';
import childProcess from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { declaredCommands } from '../../../src/host/declaredCommands.js';
import { finishedRun, runsIn } from '../../cli/storedRun.js';
import { sampleSpec } from '../../run/sample.js';
import { distillery } from '../extension.js';
import { runsOf, workspaceFolder, writeTiny } from '../workspace.js';

/** A name that a notification would make a link of, a label an icon, and a terminal a command. */
const hostile = '[x](command:workbench.action.quit) $(zap) \u202e \x1b[2J';

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

  it('no command starts a process, called on an experiment, on a run, or on nothing', async () => {
    const file = await writeTiny('untrusted');
    const record = { spec: sampleSpec({ name: hostile }), experiment: { name: hostile, file } };
    const run = await finishedRun(runsIn(workspaceFolder()), { record, wrong: [1] });
    const started = watchProcesses();
    try {
      childProcess.execFile(process.execPath, ['--version'], () => undefined);
      assert.deepEqual(started.by(__filename), [process.execPath], 'what is started is noticed');
      const ours = join(distillery().extensionPath, 'dist');
      const commands = declaredCommands(distillery().packageJSON);
      assert.ok(commands.includes('distillery.export'));
      for (const command of commands) {
        for (const args of [[], [file], [run.path]]) await called(command, args);
        assert.deepEqual(started.by(ours), [], command);
      }
    } finally {
      started.end();
    }
  });
});

/** So long a command is given to begin something; what asks the person is closed then. */
const patienceMs = 400;

async function called(command: string, args: readonly string[]): Promise<void> {
  const over = Promise.resolve(vscode.commands.executeCommand(command, ...args)).catch(() => undefined);
  await Promise.race([over, new Promise((resolve) => setTimeout(resolve, patienceMs))]);
  await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
}

/**
 * Notices what this process starts, and whose code it was: the extension's, this test's or the editor's own. All share
 * the module that starts processes.
 */
function watchProcesses(): { by(code: string): string[]; end(): void } {
  const heard: { program: string; stack: string }[] = [];
  const names = ['spawn', 'execFile', 'exec', 'fork', 'spawnSync', 'execFileSync', 'execSync'] as const;
  const before = names.map((name) => [name, childProcess[name]] as const);
  for (const [name, real] of before) {
    const watched = (...args: unknown[]): unknown => {
      heard.push({ program: String(args[0]), stack: new Error().stack ?? '' });
      return Reflect.apply(real, childProcess, args);
    };
    Reflect.set(childProcess, name, watched);
  }
  return {
    by: (code) => heard.filter(({ stack }) => stack.includes(code)).map(({ program }) => program),
    end: () => {
      for (const [name, real] of before) Reflect.set(childProcess, name, real);
    },
  };
}
