/** A computation in steps of a millisecond or so: between two of them whoever runs it may turn to something else, or give it up. */
export type Steps<R> = Generator<undefined, R, undefined>;

/** Does all of it at once. */
export function wholeOf<R>(steps: Steps<R>): R {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Exponentials in one step. */
const stepSize = 100_000;

/** Goes through rows that take `cost` exponentials each, and ends a step after every so many. */
export function* eachRow({ n, cost }: { n: number; cost: number }, visit: (row: number) => void): Steps<void> {
  const rows = Math.max(1, Math.floor(stepSize / cost));
  for (let from = 0; from < n; from += rows) {
    const to = Math.min(n, from + rows);
    for (let row = from; row < to; row++) visit(row);
    yield;
  }
}
