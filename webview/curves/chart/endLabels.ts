import type { EndLabel } from './sceneShapes.js';
import type { Scene, SceneRun, Stroke } from '../scene/scene.js';

/** More names than this would be a list beside the chart: the legend is one. */
const mostLabels = 7;
const preference: Record<Stroke['kind'], number> = { epochs: 0, level: 1, main: 2, raw: 3 };

/** Names for the ends of lines, one a run: at the line through its test values where there is one. */
export function endLabels(scene: Scene, runs: readonly SceneRun[]): EndLabel[] {
  if (runs.length > mostLabels) return [];
  return runs.flatMap(({ shown }) => {
    const strokes = scene.strokes.filter(({ run }) => run === shown.data.run.key).sort((a, b) => rank(a) - rank(b));
    for (const stroke of strokes) {
      const y = lastVisible(stroke, scene);
      if (y !== null) return [{ text: shown.shortLabel, color: shown.color, y }];
    }
    return [];
  });
}

function rank({ kind, part }: Stroke): number {
  return preference[kind] + (part === 'test' ? 0 : 0.5);
}

function lastVisible({ points }: Stroke, { x }: Scene): number | null {
  for (let index = points.count - 1; index >= 0; index--) {
    const y = points.ys[index] ?? NaN;
    if ((points.xs[index] ?? Infinity) <= x.max && !Number.isNaN(y)) return y;
  }
  return null;
}
