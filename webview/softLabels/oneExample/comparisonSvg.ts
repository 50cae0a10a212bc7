import { probability } from '../../../src/core/words.js';
import { element, svgFrame, text } from '../../export/svg.js';
import { pictureUrl, type Picture } from '../../parts/examples/picture.js';
import type { Theme } from '../../theme.js';
import { rowName, summaryLines } from './comparison.js';
import type { Distribution } from './distribution.js';
import { atTemperature, temperatureText } from '../temperature.js';

const pictureSide = 140;
const names = 110;
const barRoom = 190;
const numberRoom = 66;
const smallHeight = 60;
const smallBar = 5;

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
    element('g', { transform: `translate(${left} 0)` }, ...bars.elements),
    element('g', { transform: `translate(0 ${barsHeight + 24})` }, ...smalls.elements),
    ...(rows.length === 0 ? [text('no classes', { x: left, y: theme.fontSize })] : []),
  );
}

interface Block {
  readonly elements: string[];
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
  const line = theme.fontSize * 1.6;
  const at = (column: number): number => names + column * (barRoom + numberRoom);
  const elements = rows.flatMap((row, place) => {
    const y = place * line;
    const label = rowName({ row, others, nameOf });
    return [
      text(row.isTruth ? `${label} (truth)` : label, {
        x: 0,
        y: y + theme.fontSize,
        'font-weight': row.isTruth ? 600 : null,
      }),
      ...columns.flatMap(({ role }, column) => {
        const p = row.probabilities[column] ?? NaN;
        const length = Number.isNaN(p) ? 0 : p * barRoom;
        return [
          element('rect', { x: at(column), y: y + 2, width: length, height: line - 6, fill: theme.party[role] }),
          text(probability(p), { x: at(column) + length + 6, y: y + theme.fontSize }),
        ];
      }),
    ];
  });
  summaryLines(summaries).forEach(({ name, values }, place) => {
    const y = (rows.length + place) * line + theme.fontSize * 1.5;
    elements.push(text(name, { x: 0, y, fill: theme.muted }));
    values.forEach((value, column) => elements.push(text(value, { x: at(column), y })));
  });
  const height = (rows.length + summaryLines(summaries).length) * line + theme.fontSize;
  return { elements, width: at(columns.length), height };
}

function smallsOf({ multiples, theme }: { multiples: readonly Distribution[]; theme: Theme }): Block {
  const [first] = multiples;
  const group = (first?.columns.length ?? 1) * smallBar + 3;
  const width = Math.max(48, (first?.rows.length ?? 0) * group) + 24;
  const elements = multiples.flatMap(({ rows, columns, temperature }, place) => [
    text(`T ${temperatureText(temperature)}`, { x: place * width, y: theme.fontSize, fill: theme.muted }),
    ...rows.flatMap((row, at) =>
      columns.map(({ role }, column) => {
        const length = (row.probabilities[column] ?? 0) * smallHeight;
        return element('rect', {
          x: place * width + at * group + column * smallBar,
          y: theme.fontSize * 1.5 + smallHeight - length,
          width: smallBar - 1,
          height: length,
          fill: theme.party[role],
        });
      }),
    ),
  ]);
  return { elements, width: multiples.length * width, height: smallHeight + theme.fontSize * 1.5 };
}
