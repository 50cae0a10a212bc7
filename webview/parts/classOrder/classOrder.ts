export const orderings = ['index', 'name', 'clustered'] as const;
export type Ordering = (typeof orderings)[number];

/** Classes in the order in which they are drawn, [classes]. */
export type ClassOrder = readonly number[];

/** Classes in the order of the data set, or by their names. */
export function listedOrder(ordering: Exclude<Ordering, 'clustered'>, names: readonly string[]): ClassOrder {
  const inOrder = names.map((_, index) => index);
  if (ordering === 'index') return inOrder;
  const collator = new Intl.Collator('en', { numeric: true });
  return inOrder.sort((a, b) => collator.compare(names[a] ?? '', names[b] ?? '') || a - b);
}
