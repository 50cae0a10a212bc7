import type { TreeRow } from './treeRow.js';

/** What must be drawn again. */
export interface TreeDiff {
  /** Rows came, went or changed places at the root. */
  readonly moved: boolean;
  /** Ids of rows that look different, or whose children came, went or changed places. */
  readonly changed: ReadonlySet<string>;
}

/** Compares two trees row by row. */
export function diffRows(before: readonly TreeRow[], after: readonly TreeRow[]): TreeDiff {
  const changed = new Set<string>();
  const known = new Map(before.map((row) => [row.id, row]));
  for (const row of after) {
    const old = known.get(row.id);
    if (old !== undefined) collect(old, row, changed);
  }
  return { moved: !sameIds(before, after), changed };
}

function collect(before: TreeRow, after: TreeRow, changed: Set<string>): void {
  const { moved, changed: beneath } = diffRows(before.children, after.children);
  if (moved || looksDifferent(before, after)) changed.add(after.id);
  for (const id of beneath) changed.add(id);
}

function sameIds(before: readonly TreeRow[], after: readonly TreeRow[]): boolean {
  return before.length === after.length && before.every(({ id }, index) => id === after[index]?.id);
}

function looksDifferent(before: TreeRow, after: TreeRow): boolean {
  return (
    before.label !== after.label ||
    before.description !== after.description ||
    before.tooltip !== after.tooltip ||
    before.icon.name !== after.icon.name ||
    before.icon.color !== after.icon.color ||
    before.context !== after.context
  );
}
