import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CodeServer } from './editor/codeServer.js';
import type { CodeServerInstall } from './editor/codeServerInstall.js';
import { copyExamples } from './editor/copyExamples.js';
import { findEditor, installedCode } from './editor/findEditor.js';
import { editorsFolder } from './editor/installOnce.js';

/**
 * `npm start [-- FOLDER] [--port N]`: a real VS Code with this extension, on a copy of the examples that stays between
 * starts, or on a folder of one's own. Where there is no desktop VS Code to be had, any browser opens the printed address.
 */
const { values, positionals } = parseArgs({
  options: { port: { type: 'string', default: '0' } },
  allowPositionals: true,
});
const home = join(editorsFolder, 'start');
const folder = positionals[0] === undefined ? copyExamples(home) : resolve(positionals[0]);

/** Resolves when its window is closed. */
async function openDesktop(executable: string, args: readonly string[]): Promise<void> {
  console.log(`Opening ${folder} in ${executable}. Ctrl-C ends it.`);
  const window = spawn(executable, [folder, `--extensionDevelopmentPath=${resolve('.')}`, ...args], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exitCode = await new Promise<number>((ended, failed) => {
    window.once('error', failed);
    window.once('close', (code) => ended(code ?? 1));
  });
}

/** Stays until it is interrupted. */
async function serve(install: CodeServerInstall): Promise<void> {
  const server = await CodeServer.start({ install, port: Number(values.port), unpacked: resolve('.') });
  console.log(`\nOpen in any browser:\n\n  ${server.urlOf(folder)}\n\nCtrl-C ends it.`);
  const signal = await new Promise<string>((ended) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(name, ended);
  });
  for (const command of await server.stop()) console.log(`Ended with it: ${command}`);
  console.log(`Ended by ${signal}.`);
}

const editor = await findEditor();
const code = editor.kind === 'desktop' ? null : installedCode();
if (editor.kind === 'desktop') {
  const own = ['--user-data-dir', join(home, 'data'), '--extensions-dir', join(home, 'extensions')];
  await openDesktop(editor.executable, [...own, '--wait']);
} else if (code !== null) {
  await openDesktop(code, ['--new-window', '--wait']);
} else {
  console.log(`A VS Code served to a browser, for ${editor.reason}.`);
  await serve(editor.install);
}
