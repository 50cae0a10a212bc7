import { probability } from '../../../src/core/words.js';
import { label, type Shape } from '../../export/shapes.js';
import { element, svgFrame, text } from '../../export/svg.js';
import { pictureUrl, type Picture } from '../../parts/examples/picture.js';
import type { Theme } from '../../theme.js';
import { rowName, summaryLines } from './comparison.js';
import type { Distribution } from './distribution.js';
import { multipleShapes } from './multipleShapes.js';
import { atTemperature, temperatureText } from '../temperature.js';
import { shapeElements } from '../../export/shapeElements.js';

const pictureSide = 140;
const names = 110;
const barRoom = 190;
const numberRoom = 66;
const smallHeight = 60;

/** One example as a standalone picture: itself, the bars at one temperature, and at all the others small. */
export function comparisonSvg({
  distribution,
  multiples,
  picture,
  nameOf,
  theme,
  name,
}: {
  distribution: Distribution;
  multiples: readonly Distribution[];
  picture: Picture | null;
  nameOf: (label: number) => string;
  theme: Theme;
  name: string;
}): string {
  const { columns, rows, index, truth, temperature } = distribution;
  const left = picture === null ? 0 : pictureSide + 24;
  const columnWidth = barRoom + numberRoom;
  const font = { size: theme.fontSize };
  const bars = barsOf({ distribution, nameOf, theme });
  const smalls = smallsOf({ multiples, theme });
  const barsHeight = Math.max(bars.height, picture === null ? 0 : pictureSide);
  const width = Math.max(left + names + columns.length * columnWidth, smalls.width);
  return svgFrame(
    {
      title: `Soft labels of example ${index} ${atTemperature(temperature)}`,
      subtitle: `${name} · truth: ${nameOf(truth)}`,
      legend: columns.map(({ role }) => ({ name: role, color: theme.party[role] })),
      width,
      height: barsHeight + 24 + smalls.height,
      theme,
    },
    ...(picture === null
      ? []
      : [
          element('image', {
            href: pictureUrl(picture),
            width: pictureSide,
            height: pictureSide,
            'image-rendering': 'pixelated',
          }),
        ]),
    element('g', { transform: `translate(${left} 0)` }, ...shapeElements(bars.shapes, font)),
    element('g', { transform: `translate(0 ${barsHeight + 24})` }, ...smalls.elements),
    ...(rows.length === 0 ? [text('no classes', { x: left, y: theme.fontSize })] : []),
  );
}

/** Shapes, and how much room they take. */
interface Block {
  readonly shapes: readonly Shape[];
  readonly width: number;
  readonly height: number;
}

function barsOf({
  distribution,
  nameOf,
  theme,
}: {
  distribution: Distribution;
  nameOf: (label: number) => string;
  theme: Theme;
}): Block {
  const { rows, columns, others, summaries } = distribution;
  const lineHeight = theme.fontSize * 1.6;
  const at = (column: number): number => names + column * (barRoom + numberRoom);
  const write = (content: string, x: number, y: number, color = theme.foreground): Shape =>
    label(content, { x, y, color, anchor: 'start' });
  const shapes = rows.flatMap((row, place): Shape[] => {
    const top = place * lineHeight;
    const middle = top + theme.fontSize * 0.65;
    const name = rowName({ row, others, nameOf });
    return [
      row.isTruth
        ? label(`${name} (truth)`, { x: 0, y: middle, color: theme.foreground, anchor: 'start', weight: 'bold' })
        : write(name, 0, middle),
      ...columns.flatMap(({ role }, column) => {
        const p = row.probabilities[column] ?? NaN;
        const length = Number.isNaN(p) ? 0 : p * barRoom;
        return [
          bar({ x: at(column), y: top + 2, width: length, height: lineHeight - 6 }, theme.party[role]),
          write(probability(p), at(column) + length + 6, middle),
        ];
      }),
    ];
  });
  const lines = summaryLines(summaries);
  lines.forEach(({ name, values }, place) => {
    const middle = (rows.length + place) * lineHeight + theme.fontSize * 1.15;
    shapes.push(write(name, 0, middle, theme.muted));
    values.forEach((value, column) => shapes.push(write(value, at(column), middle)));
  });
  const height = (rows.length + lines.length) * lineHeight + theme.fontSize;
  return { shapes, width: at(columns.length), height };
}

/** The same at other temperatures, side by side. */
function smallsOf({ multiples, theme }: { multiples: readonly Distribution[]; theme: Theme }): {
  readonly elements: readonly string[];
  readonly width: number;
  readonly height: number;
} {
  const drawn = multiples.map((multiple) => multipleShapes(multiple, { theme, height: smallHeight }));
  const width = Math.max(48, ...drawn.map((each) => each.width)) + 24;
  const top = theme.fontSize * 1.5;
  const font = { size: theme.fontSize };
  const elements = multiples.map(({ temperature }, place) => {
    const name = `T ${temperatureText(temperature)}`;
    const title = label(name, { x: 0, y: theme.fontSize * 0.65, color: theme.muted, anchor: 'start' });
    return element(
      'g',
      { transform: `translate(${place * width} 0)` },
      ...shapeElements([title], font),
      element('g', { transform: `translate(0 ${top})` }, ...shapeElements(drawn[place]?.shapes ?? [], font)),
    );
  });
  return { elements, width: multiples.length * width, height: smallHeight + top };
}

function bar(place: Readonly<Record<'x' | 'y' | 'width' | 'height', number>>, color: string): Shape {
  return { kind: 'rect', ...place, color, opacity: 1, isFrame: false };
}
