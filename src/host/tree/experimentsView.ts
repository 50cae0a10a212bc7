import { relative } from 'node:path';
import * as vscode from 'vscode';
import { labelText, notificationText } from '../../core/foreignText.js';
import { count } from '../../core/words.js';
import { ExperimentTree, type TreeNode } from './experimentTree.js';
import type { Failure } from '../training/failure.js';
import type { ListedRun } from '../workspace/listedRun.js';
import { matchesFilter, runOrders, type RunOrder } from './runFilter.js';
import { runPathsOf } from './commandTarget.js';
import { pickOne } from '../shown/pick.js';
import { treeRows } from './treeModel.js';
import type { ExperimentFiles } from '../workspace/experimentFiles.js';
import { runSize } from '../../run/runSize.js';
import type { RunsIndex } from '../../serve/runsIndex.js';

/** At most this often is the tree drawn again. */
const pauseMs = 200;
/** What runs take is measured again after so long, where they stand in that order. */
const sizesLastMs = 10_000;

const orderNames: Readonly<Record<RunOrder, string>> = {
  newest: 'Newest first',
  accuracy: 'Best accuracy first',
  name: 'By name',
  size: 'Largest on the disk first',
};

export interface ExperimentsViewOptions {
  readonly runs: RunsIndex;
  readonly files: ExperimentFiles;
  readonly busy: () => ReadonlySet<string>;
  readonly failures: () => ReadonlyMap<string, Failure>;
  readonly memory: vscode.Memento;
}

/** The view *Experiments*: the tree, and how it is filtered and ordered. */
export class ExperimentsView {
  readonly #options: ExperimentsViewOptions;
  readonly #tree: ExperimentTree;
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #subscriptions: { dispose(): unknown }[];
  #filter = '';
  #timer: NodeJS.Timeout | null = null;
  #drawn = 0;
  #sizes: ReadonlyMap<string, number> = new Map();
  #measured = 0;

  constructor(options: ExperimentsViewOptions) {
    this.#options = options;
    this.#tree = new ExperimentTree({ load: () => this.#load() });
    this.#view = vscode.window.createTreeView('distillery.experiments', {
      treeDataProvider: this.#tree,
      canSelectMany: true,
      showCollapseAll: true,
    });
    const draw = (): void => this.changed();
    this.#subscriptions = [this.#view, this.#tree, options.runs.onChange(draw), options.files.onChange(draw)];
  }

  /** Paths of the run folders that are selected. */
  get selectedRuns(): readonly string[] {
    return this.#view.selection.flatMap((node) => runPathsOf([node]));
  }

  get roots(): ExperimentTree['roots'] {
    return this.#tree.roots;
  }

  /** Something that the tree shows is different: it is drawn again soon. */
  changed(): void {
    if (this.#timer !== null) return;
    const wait = Math.max(0, this.#drawn + pauseMs - Date.now());
    this.#timer = setTimeout(() => this.#draw(), wait);
  }

  /** Asks for words, and filters while they are typed. */
  async askFilter(): Promise<void> {
    const before = this.#filter;
    const input = vscode.window.createInputBox();
    input.title = 'Filter Runs';
    input.prompt =
      'Words of a name, an experiment, T, alpha, seed or a state; all must be met. Empty shows everything.';
    input.placeholder = 'student t20 finished';
    input.value = before;
    const accepted = await new Promise<boolean>((resolve) => {
      input.onDidAccept(() => resolve(true));
      input.onDidHide(() => resolve(false));
      input.onDidChangeValue((value) => this.setFilter(value));
      input.show();
    });
    input.dispose();
    if (!accepted) this.setFilter(before);
  }

  setFilter(filter: string): void {
    this.#filter = filter;
    void vscode.commands.executeCommand('setContext', 'distillery.filtered', filter.trim() !== '');
    this.#draw();
  }

  async askOrder(): Promise<void> {
    const items = runOrders.map((order) => ({
      label: orderNames[order],
      order,
      ...(order === this.#order ? { description: 'now' } : {}),
    }));
    const picked = await pickOne(items, { title: 'Sort Runs' });
    if (picked === null) return;
    await this.#options.memory.update('distillery.order', picked.order);
    this.#measured = 0;
    this.#draw();
  }

  async toggleLineage(): Promise<void> {
    await this.#options.memory.update('distillery.lineage', !this.#lineage);
    this.#draw();
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  get #order(): RunOrder {
    const kept = this.#options.memory.get<unknown>('distillery.order');
    return runOrders.find((order) => order === kept) ?? 'newest';
  }

  get #lineage(): boolean {
    return this.#options.memory.get<unknown>('distillery.lineage') === true;
  }

  async #load(): Promise<void> {
    await Promise.all([this.#options.runs.start(), this.#options.files.start()]);
    this.#draw();
  }

  #draw(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#drawn = Date.now();
    const { runs, files, busy, failures } = this.#options;
    const rows = treeRows({
      runs: runs.runs,
      experiments: files.paths,
      busy: busy(),
      failures: failures(),
      lineage: this.#lineage,
      filter: this.#filter,
      order: this.#order,
      sizes: this.#sizes,
      placeOf,
    });
    this.#tree.update(rows);
    if (this.#order === 'size' && Date.now() - this.#measured >= sizesLastMs) void this.#measure();
    this.#tell(runs.runs);
  }

  /** Looks what each run takes, and draws once that is known. */
  async #measure(): Promise<void> {
    this.#measured = Date.now();
    const sizes = new Map<string, number>();
    for (const { folder } of this.#options.runs.runs) sizes.set(folder.path, (await runSize(folder)).total);
    this.#sizes = sizes;
    this.changed();
  }

  /** What the view says of itself: the filter, and that nothing is run in a workspace that is not trusted. */
  #tell(runs: readonly ListedRun[]): void {
    const filter = this.#filter.trim();
    const parts: string[] = [];
    if (filter !== '' && runs.length > 0) {
      const matching = runs.filter((run) => matchesFilter(run, filter)).length;
      parts.push(`${count(matching)} of ${count(runs.length)} runs match “${filter}”.`);
    }
    if (!vscode.workspace.isTrusted && runs.length > 0) {
      parts.push('This workspace is not trusted: runs can be looked at, nothing is run.');
    }
    this.#view.message = notificationText(parts.join(' '));
    const order = this.#order === 'newest' ? null : orderNames[this.#order].toLowerCase();
    const shown = [filter === '' ? null : `“${filter}”`, order, this.#lineage ? 'lineage' : null];
    this.#view.description = labelText(shown.filter((part) => part !== null).join(' · '));
  }
}

/** `examples`, or `folder/examples` where there are several workspace folders. */
function placeOf(file: string): string {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file));
  if (folder === undefined) return vscode.workspace.asRelativePath(file);
  const inside = relative(folder.uri.fsPath, file).split(/[\\/]/).slice(0, -1).join('/');
  const several = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  return [several ? folder.name : '', inside].filter((part) => part !== '').join('/') || folder.name;
}
