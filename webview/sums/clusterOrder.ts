import { averageLinkage } from './linkage.js';

/**
 * Classes that are alike stand beside each other: average linkage; each merge turns its two sides so that the likest ends
 * meet.
 * @param similarity symmetric, [classes, classes]
 * @returns the classes in that order, [classes]
 */
export function clusterOrder(similarity: Float64Array, classes: number): number[] {
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
