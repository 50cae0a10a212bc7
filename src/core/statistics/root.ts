/**
 * Where a falling function crosses 0, between two ends that it does not have the same sign at: by false position with
 * Illinois's halving (Dowell and Jarratt 1971), which needs some ten values where halving the interval needs fifty.
 * @param tolerance of the place
 */
export function fallingRoot(
  { low, high, tolerance }: { readonly low: number; readonly high: number; readonly tolerance: number },
  value: (at: number) => number,
): number {
  let [from, to] = [low, high];
  let [above, below] = [value(from), value(to)];
  if (above <= 0) return from;
  if (below >= 0) return to;
  for (let step = 0; step < mostSteps && to - from > tolerance; step++) {
    // Near an end that hardly moves false position crawls: every third step halves. An end may be at −∞.
    const halves = step % 3 === 2 || !Number.isFinite(above - below);
    const middle = halves ? (from + to) / 2 : (from * below - to * above) / (below - above);
    const found = value(middle);
    if (Math.abs(found) < negligible) return middle;
    if (found > 0) {
      from = middle;
      above = found;
      below /= 2;
    } else {
      to = middle;
      below = found;
      above /= 2;
    }
  }
  return (from + to) / 2;
}

const mostSteps = 200;

/** All functions here are logarithms, or of the order of 1. */
const negligible = 1e-14;
