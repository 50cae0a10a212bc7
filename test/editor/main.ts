import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { chromiumFor } from '../../scripts/editor/chromium.js';
import { copyExamples } from '../../scripts/editor/copyExamples.js';
import { type Editor, findEditor } from '../../scripts/editor/findEditor.js';
import { followFile } from './followFile.js';

/**
 * `npm run test:editor [-- part of a title]`: the tests of this folder inside the extension host of a real VS Code, and
 * those of `untrusted/` in a second window whose folder is not trusted, each on a copy of the examples.
 */
interface Suite {
  readonly name: string;
  /** The folder of its tests, below this one. */
  readonly folder: string;
  readonly trusted: boolean;
}

const suites: readonly Suite[] = [
  { name: 'trusted workspace', folder: '', trusted: true },
  { name: 'untrusted workspace', folder: 'untrusted', trusted: false },
];

/** Whether all of its tests passed. */
async function passes(editor: Editor, suite: Suite): Promise<boolean> {
  const home = mkdtempSync(join(tmpdir(), 'distillery-tests-'));
  const workspace = copyExamples(home);
  const output = join(home, 'output.txt');
  const printed = followFile(output, (text) => process.stdout.write(text));
  try {
    await runTests({
      vscodeExecutablePath: editor.kind === 'desktop' ? editor.executable : launcher,
      extensionDevelopmentPath: resolve('.'),
      extensionTestsPath: resolve('out/editor/runner.cjs'),
      launchArgs: [workspace],
      extensionTestsEnv: {
        DISTILLERY_SUITE: suite.folder,
        DISTILLERY_TESTS: process.argv[2] ?? '',
        DISTILLERY_TEST_OUTPUT: output,
        DISTILLERY_WORKSPACE_TRUST: suite.trusted ? 'off' : 'on',
      },
    });
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  } finally {
    printed.end();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

const launcher = resolve('out/editor/launcher.js');
const editor = await findEditor();
const canRun = editor.kind === 'desktop' || chromiumFor('the extension inside the editor') !== null;
if (editor.kind === 'desktop') {
  console.log(`In ${editor.executable}.`);
} else {
  chmodSync(launcher, 0o755);
  console.log(`In code-server, for ${editor.reason}.`);
}
for (const suite of canRun ? suites : []) {
  // test-electron always tells the desktop to trust everything.
  if (editor.kind === 'desktop' && !suite.trusted) {
    console.log(`NOT TESTED: ${suite.name}, which takes code-server (DISTILLERY_EDITOR=code-server).`);
    continue;
  }
  console.log(`\n${suite.name}`);
  if (!(await passes(editor, suite))) process.exitCode = 1;
}
