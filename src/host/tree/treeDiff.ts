import type { TreeRow } from './treeRow.js';

/** What must be drawn again. */
export interface TreeDiff {
  /** Rows came, went or changed places at the root. */
  readonly moved: boolean;
  /** A row went, at the root or anywhere beneath rows that stay. */
  readonly gone: boolean;
  /** Ids of rows that look different, or whose children came, went or changed places. */
  readonly changed: ReadonlySet<string>;
}

/** Compares two trees row by row. */
export function diffRows(before: readonly TreeRow[], after: readonly TreeRow[]): TreeDiff {
  const changed = new Set<string>();
  const left = new Map(before.map((row) => [row.id, row]));
  let goneBeneath = false;
  for (const row of after) {
    const old = left.get(row.id);
    left.delete(row.id);
    if (old === undefined) continue;
    const beneath = diffRows(old.children, row.children);
    if (beneath.moved || looksDifferent(old, row)) changed.add(row.id);
    for (const id of beneath.changed) changed.add(id);
    goneBeneath ||= beneath.gone;
  }
  return { moved: !sameIds(before, after), gone: left.size > 0 || goneBeneath, changed };
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
