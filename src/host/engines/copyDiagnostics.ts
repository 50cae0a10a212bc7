import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { showInfo } from '../shown/messages.js';
import { withProgress } from '../shown/progress.js';
import type { Installation } from '../installation.js';
import { requireTrust } from '../trust.js';

/**
 * Puts what `distillery doctor` says, and what is known of the editor, on the clipboard. The command line is asked in a
 * process of its own: what a driver does wrong must not end the editor's.
 */
export async function copyDiagnostics(
  installation: Installation,
  { runsDir }: { runsDir: string | undefined },
): Promise<void> {
  requireTrust();
  const where = runsDir === undefined ? [] : ['--runs', runsDir];
  const environment = await installation.environment([]);
  const looking = { where: 'notification', title: 'Looking at the machine and its engines' } as const;
  const { stdout } = await withProgress(looking, () =>
    promisify(execFile)(installation.node, [installation.program('cli'), 'doctor', ...where], {
      env: { ...process.env, ...environment, ELECTRON_RUN_AS_NODE: '1' },
      windowsHide: true,
    }),
  );
  const editor = `editor: ${vscode.env.appName} ${vscode.version}, ${vscode.env.remoteName ?? 'local'}, ${vscode.env.uiKind === vscode.UIKind.Web ? 'in a browser' : 'on the desktop'}`;
  await vscode.env.clipboard.writeText(`${editor}\n${stdout}`);
  void showInfo('The diagnostics are on the clipboard. They name no person, folder or experiment.');
}
