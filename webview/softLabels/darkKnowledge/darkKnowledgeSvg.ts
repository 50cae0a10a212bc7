import type { Shape } from '../../export/shapes.js';
import { element, svgFrame, text } from '../../export/svg.js';
import type { Role } from '../../../src/core/spec/spec.js';
import type { ClassOrder } from '../../parts/classOrder/classOrder.js';
import { layOut, longestName } from '../../parts/matrix/matrixLayout.js';
import { namesOnScreen, savedMatrixShapes } from '../../parts/matrix/matrixShapes.js';
import { mostNumberedClasses, numberedShapes } from '../../parts/matrix/numberedShapes.js';
import type { Theme } from '../../theme.js';
import type { DarkKnowledge, DarkMatrix } from '../../sums/darkKnowledge.js';
import { kindTitle, measureWords, scaleWords } from './darkKnowledge.js';
import { darkPalette, darkTones, sideOf } from './darkTones.js';
import { correlationWords } from './keptWords.js';
import { darkCell, savedLook } from './numberedDark.js';
import { atTemperature } from '../temperature.js';
import { shapeElements } from '../../export/shapeElements.js';

const gap = 32;
const widthOfMany = 480;

/** The matrices side by side as a standalone picture: cells with numbers, or of many classes colours. */
export function darkKnowledgeSvg({
  dark,
  order,
  subject,
  names,
  theme,
  name,
}: {
  dark: DarkKnowledge | null;
  order: ClassOrder;
  subject: Role;
  names: readonly string[];
  theme: Theme;
  name: string;
}): string {
  if (dark === null) return svgFrame({ title: 'Dark knowledge: not computed yet', width: 400, height: 1, theme });
  const { classes, matrices, temperature, kept } = dark;
  const isNumbered = classes <= mostNumberedClasses;
  const look = savedLook(names, theme);
  const layout = isNumbered
    ? look.layout
    : layOut({ width: widthOfMany, longest: longestName(names, theme), zoom: 1, classes });
  const shapesOf = (matrix: DarkMatrix): Shape[] => {
    if (isNumbered) return numberedShapes(order, (cell) => darkCell(cell, { dark, matrix, theme }), look);
    const [tones, palette] = [darkTones(dark, matrix, order), darkPalette(theme, matrix)];
    const drawn = { tones, side: sideOf(matrix), order, names, palette, theme };
    return savedMatrixShapes(drawn, layout, namesOnScreen(layout, theme));
  };
  const top = theme.fontSize * 2;
  const body = matrices.map((matrix, at) =>
    element(
      'g',
      { transform: `translate(${at * (layout.width + gap)} 0)` },
      text(kindTitle(matrix.kind, subject), { x: 0, y: theme.fontSize, 'font-weight': 600 }),
      text(scaleWords(dark, matrix.kind), {
        x: layout.width,
        y: theme.fontSize,
        'text-anchor': 'end',
        fill: theme.muted,
      }),
      element('g', { transform: `translate(0 ${top})` }, ...shapeElements(shapesOf(matrix), { size: theme.fontSize })),
    ),
  );
  const keeps =
    kept === null
      ? ''
      : ` · similarity of teacher and ${subject} (correlation off the diagonal): ${correlationWords(kept.overall)}`;
  return svgFrame(
    {
      title: `Dark knowledge ${atTemperature(temperature)}`,
      subtitle: `${name}: ${measureWords(dark.measure)} (row)${keeps}`,
      width: matrices.length * (layout.width + gap) - gap,
      height: top + layout.height,
      theme,
    },
    ...body,
  );
}
