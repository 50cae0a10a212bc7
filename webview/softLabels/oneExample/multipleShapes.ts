import type { ShapeOf } from '../../export/shapes.js';
import { isHighContrast, type Theme } from '../../theme.js';
import type { Distribution } from './distribution.js';

/** Of a bar with its gap, and between the bars of two classes, in CSS pixels. */
const barWidth = 5;
const gap = 3;

/** A small picture of a distribution: its classes side by side, in each a bar for every column. */
export function multipleShapes(
  { columns, rows }: Distribution,
  { theme, height }: { theme: Theme; height: number },
): { readonly width: number; readonly shapes: readonly ShapeOf<'rect'>[] } {
  // What many others come to together is no class.
  const classes = rows.filter(({ label }) => label !== null);
  const group = columns.length * barWidth + gap;
  const shapes = classes.flatMap(({ probabilities }, place) =>
    columns.map(({ role }, column): ShapeOf<'rect'> => {
      const length = (probabilities[column] ?? 0) * (height - 1);
      return {
        ...{ kind: 'rect', x: place * group + column * barWidth + 0.5, y: height - 0.5 - length },
        ...{ width: barWidth - 1, height: Math.max(0.5, length) },
        ...{ color: theme.party[role], opacity: 1, isFrame: isHighContrast(theme) },
      };
    }),
  );
  return { width: classes.length * group, shapes };
}
