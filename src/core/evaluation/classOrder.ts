import { largestAssignment } from './assignment.js';

/** Another order of a model's classes in which far more of its answers are right. */
export interface ClassOrder {
  /** For each class the answer that its pictures are given, [classes]. */
  readonly answerOf: Int32Array;
  /** Rows that would be right, and rows that are. */
  readonly right: number;
  readonly rightAsItIs: number;
}

/** Evidence asked for: chances of luck, over all orders that there are. */
const mostLuck = 0.01;
/** Share of the changed classes that may be answered otherwise: a weak model does not know all of them. */
const mostAgainst = 0.2;

/**
 * The order of classes that a confusion matrix speaks for, where it does so beyond doubt: null for a model that is right as
 * it is, or wrong without an order. It is the assignment of answers to classes with the most right rows; believed where
 * the classes that change, but for a fifth of them, are answered as another more often than as themselves, and where a fair coin would decide so many of
 * the changed rows for it less often than once in a hundred, taken over all orders (a Chernoff bound of the sign test,
 * times classes!).
 * @param confusion counts [classes, classes], row the truth
 */
export function likelyClassOrder({
  confusion,
  classes,
}: {
  confusion: ArrayLike<number>;
  classes: number;
}): ClassOrder | null {
  const at = (row: number, column: number): number => confusion[row * classes + column] ?? NaN;
  const rows = Array.from({ length: classes }, (_, row) => row);
  const rightAsItIs = rows.reduce((sum, row) => sum + at(row, row), 0);
  // No order has more right than the sum of the largest of each row: most models need no assignment.
  const largest = rows.map((row) => Math.max(...rows.map((column) => at(row, column))));
  const bound = largest.reduce((sum, count) => sum + count, 0);
  if (!outweighs({ gained: bound - rightAsItIs, lost: 0, classes })) return null;
  const answerOf = largestAssignment({ values: confusion, size: classes });
  const answer = (row: number): number => answerOf[row] ?? row;
  const changed = rows.filter((row) => answer(row) !== row);
  const gained = changed.reduce((sum, row) => sum + at(row, answer(row)), 0);
  const lost = changed.reduce((sum, row) => sum + at(row, row), 0);
  const against = changed.filter((row) => largest[row] !== 0 && at(row, answer(row)) <= at(row, row));
  if (against.length > mostAgainst * changed.length || !outweighs({ gained, lost, classes })) return null;
  return { answerOf, right: rightAsItIs - lost + gained, rightAsItIs };
}

/** Whether a fair coin would hardly ever, in any of classes! orders, fall so much to one side. */
function outweighs({ gained, lost, classes }: { gained: number; lost: number; classes: number }): boolean {
  const n = gained + lost;
  if (gained <= lost) return false;
  const share = gained / n;
  const divergence = Math.LN2 + share * Math.log(share) + (share < 1 ? (1 - share) * Math.log(1 - share) : 0);
  let orders = 0;
  for (let k = 2; k <= classes; k++) orders += Math.log(k);
  return orders - n * divergence < Math.log(mostLuck);
}
