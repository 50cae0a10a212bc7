import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { chromiumFor } from '../../scripts/editor/chromium.js';
import { type Editor, findEditor } from '../../scripts/editor/findEditor.js';
import { followFile } from './followFile.js';
import { suites, type Suite, type TestWindow } from './windows.js';

/**
 * `npm run test:editor [-- part of a title]`: the tests of this folder inside the extension host of a real VS Code, each
 * folder of tests in a window of its own (`windows.ts`).
 */

/** Whether all of its tests passed. */
async function passes(editor: Editor, suite: Suite): Promise<boolean> {
  const home = mkdtempSync(join(tmpdir(), 'distillery-tests-'));
  const windows = suite.windows(home);
  const output = join(home, 'output.txt');
  const printed = followFile(output, (text) => process.stdout.write(text));
  const environment = {
    DISTILLERY_TESTS: process.argv[2] ?? '',
    DISTILLERY_TEST_OUTPUT: output,
    DISTILLERY_WORKSPACE_TRUST: suite.trusted ? 'off' : 'on',
  };
  try {
    const [first, ...others] = windows;
    if (editor.kind === 'desktop') {
      for (const window of windows) await testsIn(window, editor.executable, environment);
    } else if (first !== undefined) {
      await testsIn(first, launcher, {
        ...environment,
        DISTILLERY_NEXT_WINDOWS: JSON.stringify(others.map(withRunner)),
      });
    }
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  } finally {
    printed.end();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function testsIn(
  window: TestWindow,
  vscodeExecutablePath: string,
  extensionTestsEnv: Record<string, string>,
): Promise<void> {
  const { open, tests } = withRunner(window);
  await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: resolve('.'),
    extensionTestsPath: tests,
    launchArgs: [...(open === null ? [] : [open]), '--disable-telemetry'],
    extensionTestsEnv,
  });
}

/** With the path of what runs its tests, instead of their folder. */
function withRunner({ open, tests }: TestWindow): TestWindow {
  return { open, tests: resolve('out/editor', tests, 'runner.cjs') };
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
