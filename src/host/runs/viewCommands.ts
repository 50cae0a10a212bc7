import * as vscode from 'vscode';
import { clearCache } from './clearCache.js';
import type { CommandTable } from '../commands.js';
import type { ExperimentFiles } from '../workspace/experimentFiles.js';
import type { ExperimentsView } from '../tree/experimentsView.js';
import type { Log } from '../shown/log.js';
import { requireTrust } from '../trust.js';
import type { RunsIndex } from '../../serve/runsIndex.js';

export interface ViewCommandsOptions {
  readonly view: ExperimentsView;
  readonly runs: RunsIndex;
  readonly files: ExperimentFiles;
  readonly log: Log;
}

/** What can be done with the list itself, and with what lies beside the runs. */
export function viewCommands({ view, runs, files, log }: ViewCommandsOptions): CommandTable {
  return {
    showLog: () => log.show(),
    refresh: async () => {
      await Promise.all([runs.refresh(), files.refresh()]);
    },
    filter: async () => {
      await vscode.commands.executeCommand('distillery.experiments.focus');
      await view.askFilter();
    },
    clearFilter: () => view.setFilter(''),
    sort: () => view.askOrder(),
    toggleLineage: () => view.toggleLineage(),
    clearCache: async () => {
      requireTrust();
      await clearCache(runs.folders);
    },
  };
}
