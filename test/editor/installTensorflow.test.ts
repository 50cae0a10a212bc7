import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { answering } from './questions.js';
import { until } from './until.js';

/** The title of a progress notification, what it told, and the button that cancels it. */
interface Shown {
  readonly title: string;
  readonly isCancellable: boolean;
  readonly told: string[];
  readonly cancel: () => void;
}

// A whole installation is made by the tests of the engine, by the command line: it takes minutes. Here is what the
// editor adds: the question, the progress, and the way out of it.
describe('Install TensorFlow Engine', () => {
  it('asks which, tells how far it is, and leaves nothing behind when it is cancelled', async function () {
    // Elsewhere no file tells where a process works.
    if (process.platform !== 'linux') this.skip();
    const lists = await answering('showQuickPick', ['Processor, from the package'], async () => {
      const errors = await answering('showErrorMessage', [], () => withProgressSeen(cancelAtWork));
      assert.deepEqual(errors, [], 'who cancels needs no message');
    });
    assert.deepEqual(
      lists.map(({ message }) => message),
      ['Install TensorFlow Engine'],
    );
  });
});

async function cancelAtWork(shown: readonly Shown[]): Promise<void> {
  const command = vscode.commands.executeCommand('distillery.installTensorflow');
  const tool = await until('npm is at work', () => toolOfOurs());
  const [progress] = shown;
  assert.ok(progress !== undefined);
  assert.equal(progress.title, 'Installing TensorFlow');
  assert.ok(progress.isCancellable);
  assert.deepEqual(progress.told, ['Installing @tensorflow/tfjs-node, which downloads TensorFlow …']);
  assert.ok((await readdir(tool.folder)).length > 0, 'it is half installed');
  progress.cancel();
  await command;
  assert.deepEqual(progress.told.slice(1), ['ending what was started …']);
  assert.ok(!existsSync(`/proc/${tool.pid}/cwd`), 'npm has ended');
  const left = (await readdir(dirname(tool.folder))).filter((name) => name.startsWith('tensorflow'));
  assert.deepEqual(left, [], 'nothing half installed is left');
}

/** A process that the extension has started to install something, and the folder that it fills. */
function toolOfOurs(): { pid: number; folder: string } | null {
  for (const name of readdirSync('/proc')) {
    try {
      const folder = readlinkSync(`/proc/${name}/cwd`);
      const parent = /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
      if (Number(parent) === process.pid && /tensorflow-new\.[^/]*$/.test(folder)) return { pid: Number(name), folder };
    } catch {
      // No process, or one that has ended.
    }
  }
  return null;
}

/** Sees the progress that is shown, and can press its button, which the editor gives to nobody but a person. */
async function withProgressSeen(work: (shown: readonly Shown[]) => Promise<void>): Promise<void> {
  const shown: Shown[] = [];
  const original = vscode.window.withProgress.bind(vscode.window);
  const seen: typeof vscode.window.withProgress = (options, task) =>
    original(options, (progress, token) => {
      const button = new vscode.CancellationTokenSource();
      token.onCancellationRequested(() => button.cancel());
      const told: string[] = [];
      shown.push({
        title: options.title ?? '',
        isCancellable: options.cancellable ?? false,
        told,
        cancel: () => button.cancel(),
      });
      const report: typeof progress.report = (value) => {
        if (value.message !== undefined) told.push(value.message);
        progress.report(value);
      };
      return task({ report }, button.token);
    });
  Reflect.set(vscode.window, 'withProgress', seen);
  try {
    await work(shown);
  } finally {
    Reflect.set(vscode.window, 'withProgress', original);
  }
}
