import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { assertNever } from '../../core/problem.js';
import { writeNamedFile } from '../../node/files/atomicFile.js';
import { runFolder } from '../../run/folder.js';
import { readRecord } from '../../run/runsFolder.js';
import type { HostCommand } from '../../serve/panelServer.js';
import type { RunsIndex } from '../../serve/runsIndex.js';
import { showBriefly } from '../shown/messages.js';

/**
 * Does what the panel asks for. Runs that it names are among those it shows: its server sees to that.
 * @throws ProblemError when a picture or a table could not be written
 */
export async function doPanelCommand(command: HostCommand, runs: RunsIndex): Promise<void> {
  switch (command.command) {
    case 'stop':
    case 'resume':
    case 'fix':
    case 'openRun':
    case 'openJson':
    case 'reveal':
      await vscode.commands.executeCommand(`distillery.${command.command}`, command.run);
      return;
    case 'showOutput':
      await vscode.commands.executeCommand('distillery.showTrainerOutput', command.run);
      return;
    case 'openExperiment': {
      const record = await readRecord(runFolder(command.run));
      const file = await runs.homeOf({ record, runsDir: dirname(command.run) });
      if (file === null) await vscode.commands.executeCommand('distillery.locateExperiment', command.run);
      else await vscode.commands.executeCommand('distillery.openExperiment', file);
      return;
    }
    case 'save':
      await save(command);
      return;
    default:
      assertNever(command);
  }
}

const filters: Readonly<Record<'png' | 'svg' | 'csv', Record<string, string[]>>> = {
  png: { 'PNG picture': ['png'] },
  svg: { 'SVG picture': ['svg'] },
  csv: { 'CSV table': ['csv'] },
};

async function save({ name, format, bytes }: Extract<HostCommand, { command: 'save' }>): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  // A name that the page made up must not lead out of the folder.
  const safe = basename(name).replaceAll(/[^\p{L}\p{N} ._-]/gu, '-');
  const file = safe.endsWith(`.${format}`) ? safe : `${safe}.${format}`;
  const target = await vscode.window.showSaveDialog({
    filters: filters[format],
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.file(join(folder, file)) }),
  });
  if (target === undefined) return;
  await writeNamedFile(target.fsPath, bytes);
  showBriefly(`Saved ${basename(target.fsPath)}.`);
}
