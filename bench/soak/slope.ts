import { median } from '../median.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Slope {
  readonly slope: number;
  /** Where it lies with 95 %; as far as can be where there are too few points. */
  readonly low: number;
  readonly high: number;
}

/** The 97.5th percentile of the normal distribution. */
const normal = 1.959963984540054;

/**
 * The median of the slopes between all pairs of points (Theil–Sen), which single high values do not move, with Sen's
 * interval. The same numbers as SciPy's `theilslopes`.
 * @see Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63 (1968)
 */
export function slopeOf(points: readonly Point[]): Slope {
  const slopes = points
    .flatMap((a, index) =>
      points
        .slice(index + 1)
        .filter((b) => b.x !== a.x)
        .map((b) => (b.y - a.y) / (b.x - a.x)),
    )
    .sort((a, b) => a - b);
  const n = points.length;
  const ties = tiesIn(points.map(({ x }) => x)) + tiesIn(points.map(({ y }) => y));
  const deviation = Math.sqrt(Math.max(0, (n * (n - 1) * (2 * n + 5) - ties) / 18));
  const upper = Math.min(evenly((slopes.length + normal * deviation) / 2), slopes.length - 1);
  const lower = Math.max(evenly((slopes.length - normal * deviation) / 2) - 1, 0);
  return { slope: median(slopes), low: slopes[lower] ?? -Infinity, high: slopes[upper] ?? Infinity };
}

function tiesIn(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, k) => sum + k * (k - 1) * (2 * k + 5), 0);
}

/** Rounds halves to even numbers, as NumPy does. */
function evenly(value: number): number {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}
