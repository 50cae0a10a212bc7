import { averageLinkage } from './linkage.js';

export const orderings = ['index', 'name', 'clustered'] as const;
export type Ordering = (typeof orderings)[number];

/** Classes in the order in which they are drawn, [classes]. */
export type ClassOrder = readonly number[];

/**
 * @param names [classes]
 * @param similarity symmetric, [classes, classes]; asked for only where classes are clustered by it
 */
export function classOrder(
  ordering: Ordering,
  { names, similarity }: { names: readonly string[]; similarity: () => Float64Array },
): ClassOrder {
  const inOrder = names.map((_, index) => index);
  if (ordering === 'name') {
    const collator = new Intl.Collator('en', { numeric: true });
    return inOrder.sort((a, b) => collator.compare(names[a] ?? '', names[b] ?? '') || a - b);
  }
  return ordering === 'index' ? inOrder : clustered(similarity(), names.length);
}

/**
 * Classes that are alike stand beside each other: average linkage; each merge turns its two sides so that the likest ends
 * meet.
 */
function clustered(similarity: Float64Array, classes: number): ClassOrder {
  const distances = similarity.map((value) => 1 - value);
  const orders: number[][] = Array.from({ length: classes }, (_, index) => [index]);
  for (const { left, right } of averageLinkage(distances, classes)) {
    orders.push(meet({ left: orders[left] ?? [], right: orders[right] ?? [], similarity, classes }));
  }
  return orders.at(-1) ?? [];
}

function meet({
  left,
  right,
  similarity,
  classes,
}: {
  left: number[];
  right: number[];
  similarity: Float64Array;
  classes: number;
}): number[] {
  const like = (a: number | undefined, b: number | undefined): number =>
    a === undefined || b === undefined ? 0 : (similarity[a * classes + b] ?? 0);
  const turns = [
    { turnLeft: false, turnRight: false, score: like(left.at(-1), right[0]) },
    { turnLeft: true, turnRight: false, score: like(left[0], right[0]) },
    { turnLeft: false, turnRight: true, score: like(left.at(-1), right.at(-1)) },
    { turnLeft: true, turnRight: true, score: like(left[0], right.at(-1)) },
  ];
  const best = turns.reduce((a, b) => (b.score > a.score ? b : a));
  return [...(best.turnLeft ? left.toReversed() : left), ...(best.turnRight ? right.toReversed() : right)];
}
