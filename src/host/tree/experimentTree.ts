import * as vscode from 'vscode';
import { labelText, linesText } from '../../core/foreignText.js';
import { bytes } from '../../core/words.js';
import { runSize } from '../../run/runSize.js';
import { diffRows } from './treeDiff.js';
import type { TreeRow } from './treeRow.js';
import { logLacks } from '../../run/run.js';
import { viewTypes } from '../viewTypes.js';

/** A row of the tree as VS Code knows it: the same object for as long as the row is there. */
export class TreeNode {
  children: readonly TreeNode[] = [];

  constructor(
    public row: TreeRow,
    readonly parent: TreeNode | null,
  ) {}
}

/** Shows rows as a tree and tells VS Code only of those that changed. */
export class ExperimentTree implements vscode.TreeDataProvider<TreeNode> {
  readonly #changed = new vscode.EventEmitter<TreeNode[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #load: () => Promise<void>;
  #roots: readonly TreeNode[] = [];
  #loaded: Promise<void> | null = null;

  /** @param load is called once, when the rows are first asked for; it ends after the first `update` */
  constructor({ load }: { load: () => Promise<void> }) {
    this.#load = load;
  }

  get roots(): readonly TreeNode[] {
    return this.#roots;
  }

  /** Takes the rows as they are now. */
  update(rows: readonly TreeRow[]): void {
    const before = this.#roots;
    const { moved, gone, changed } = diffRows(
      before.map(({ row }) => row),
      rows,
    );
    this.#roots = this.#match(before, rows, null);
    // Of rows that went the editor forgets nothing, with all that stood beside them, until it asks for the whole tree.
    if (moved || gone) this.#changed.fire(undefined);
    else if (changed.size > 0) this.#changed.fire([...this.#find(this.#roots, changed)]);
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node !== undefined) return [...node.children];
    this.#loaded ??= this.#load();
    await this.#loaded;
    return [...this.#roots];
  }

  getParent(node: TreeNode): TreeNode | null {
    return node.parent;
  }

  getTreeItem({ row }: TreeNode): vscode.TreeItem {
    const item = new vscode.TreeItem(labelText(row.label), collapsibleState(row));
    item.id = row.id;
    item.description = labelText(row.description);
    // That of a run is made where somebody wants to see it: `resolveTreeItem`.
    if (row.target.kind !== 'run') item.tooltip = linesText(row.tooltip);
    item.contextValue = row.context;
    item.accessibilityInformation = { label: linesText(row.spoken) };
    item.iconPath =
      row.icon.color === undefined
        ? new vscode.ThemeIcon(row.icon.name)
        : new vscode.ThemeIcon(row.icon.name, new vscode.ThemeColor(row.icon.color));
    if (row.target.kind === 'run') {
      // The editor's own command: arguments of ours are kept with the row, and a row that was told anew between two clicks
      // has lost them. A click leaves the keyboard with the tree.
      item.command = {
        command: 'vscode.openWith',
        title: 'Open Run',
        arguments: [vscode.Uri.file(row.target.run.folder.record), viewTypes.run, { preserveFocus: true }],
      };
    }
    return item;
  }

  /** The tooltip of a run says what it takes on the disk and what its log lacks: looked up only when somebody wants it. */
  async resolveTreeItem(item: vscode.TreeItem, { row }: TreeNode): Promise<vscode.TreeItem> {
    if (row.target.kind !== 'run') return item;
    const { folder } = row.target.run;
    const { total, checkpoint, logits } = await runSize(folder);
    const size = `${bytes(total)} on the disk: checkpoint ${bytes(checkpoint)}, logits ${bytes(logits)}`;
    item.tooltip = linesText([row.tooltip, size, ...(await logLacks(folder))].join('\n'));
    return item;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #match(before: readonly TreeNode[], rows: readonly TreeRow[], parent: TreeNode | null): TreeNode[] {
    const known = new Map(before.map((node) => [node.row.id, node]));
    return rows.map((row) => {
      const node = known.get(row.id) ?? new TreeNode(row, parent);
      node.row = row;
      node.children = this.#match(node.children, row.children, node);
      return node;
    });
  }

  *#find(nodes: readonly TreeNode[], ids: ReadonlySet<string>): Generator<TreeNode> {
    for (const node of nodes) {
      if (ids.has(node.row.id)) yield node;
      else yield* this.#find(node.children, ids);
    }
  }
}

function collapsibleState({ children, expanded }: TreeRow): vscode.TreeItemCollapsibleState {
  if (children.length === 0) return vscode.TreeItemCollapsibleState.None;
  return expanded ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}
