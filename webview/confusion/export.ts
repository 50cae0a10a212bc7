import { csvText, type Cell as CsvCell } from '../export/csv.js';
import { element, svgFrame, text } from '../export/svg.js';
import type { EvaluationSplit } from '../../src/panel/protocol.js';
import type { Theme } from '../theme.js';
import { classRows } from './tables/classTable.js';
import type { ClassOrder } from '../parts/classOrder/classOrder.js';
import type { Compared } from './compared.js';
import { noAnswer } from '../../src/core/evaluation/evaluation.js';
import type { Judged } from '../sums/judged.js';
import type { Measure } from './matrix/matrix.js';
import type { ConfusionSettings } from './memory.js';
import { Palette } from '../parts/matrix/palette.js';
import { partRows } from './tables/partitionTable.js';
import { toneOf, type Ramp } from './matrix/ramp.js';
import type { Subject } from './subject.js';
import type { JudgedState } from './useJudged.js';
import { compactWords, valueWords } from './words.js';
import type { Side } from '../parts/matrix/cell.js';

/** A matrix as it stands in the view. */
export interface DrawnMatrix {
  readonly side: Side;
  readonly title: string;
  readonly subject: Subject | null;
  readonly values: Float64Array;
  readonly ramp: Ramp;
}

interface PictureOptions {
  readonly matrices: readonly DrawnMatrix[];
  readonly order: ClassOrder;
  readonly names: readonly string[];
  readonly measure: Measure;
  readonly subtitle: string;
  readonly theme: Theme;
}

const gap = 32;
const widestGutter = 96;
const mostNumbered = 20;

/** The matrices as a standalone SVG: numbers in the cells of few classes, one path a colour for many. */
export function matricesSvg({ matrices, order, names, measure, subtitle, theme }: PictureOptions): string {
  const numbered = order.length <= mostNumbered;
  const cell = numbered ? 36 : Math.max(1, Math.min(12, 720 / order.length));
  const gutters = guttersOf({ names, cell, theme });
  const side = { width: gutters.left + cell * order.length, height: gutters.top + cell * order.length };
  const line = theme.fontSize * 1.5;
  const size = { width: matrices.length * (side.width + gap) - gap, height: side.height + 2 * line };
  const drawn = matrices.map((matrix, index) =>
    element(
      'g',
      { transform: `translate(${index * (side.width + gap)} ${2 * line})` },
      text(matrix.title, { x: gutters.left, y: -line * 1.1, 'font-weight': 600 }),
      text(rampWords(matrix), { x: gutters.left, y: -line / 5, fill: theme.muted }),
      ...namesOf({ order, names, cell, gutters, theme }),
      ...(numbered
        ? numberedCells({ matrix, order, cell, measure, gutters, theme })
        : colouredCells({ matrix, order, cell, gutters, theme })),
    ),
  );
  return svgFrame({ title: 'Confusion: rows the truth, columns the answer', subtitle, ...size, theme }, ...drawn);
}

/** `test split, epochs 10 and 8, examples; the diagonal is not coloured`. */
export function subtitleOf({
  split,
  settings: { measure, dimDiagonal },
  shown,
}: {
  split: EvaluationSplit;
  settings: Pick<ConfusionSettings, 'measure' | 'dimDiagonal'>;
  shown: readonly JudgedState[];
}): string {
  const epochs = shown.flatMap((state) => (state.state === 'ready' ? [state.epochs.join(', ')] : []));
  const cells = measure === 'count' ? 'examples' : 'per cent of the true class';
  const dimmed = dimDiagonal ? '; the diagonal is not coloured' : '';
  return `${split} split, ${epochs.length === 1 ? 'epoch' : 'epochs'} ${epochs.join(' and ')}, ${cells}${dimmed}`;
}

/** What the strongest colour stands for. */
function rampWords({ side, ramp: { measure, most } }: DrawnMatrix): string {
  const words = valueWords(most, measure);
  if (most === 0) return side === 'difference' ? 'no difference' : 'no errors';
  return side === 'difference'
    ? `green fewer errors, red more errors, up to ${words}`
    : `coloured up to ${words}, logarithmic`;
}

/** Room beside the cells for the names of rows and, above them, of columns. */
interface Gutters {
  readonly left: number;
  readonly top: number;
  /** Whether the names of the columns stand upright, because a cell is too narrow for them. */
  readonly isUpright: boolean;
}

function guttersOf({ names, cell, theme }: Pick<PictureOptions, 'names' | 'theme'> & { cell: number }): Gutters {
  const most = Math.max(1, ...names.map((name) => shortened(name).length));
  const left = Math.min(widestGutter, most * theme.fontSize * 0.62 + 12);
  const isUpright = most * theme.fontSize * 0.62 > cell;
  return { left, top: isUpright ? left : theme.fontSize * 1.5, isUpright };
}

function shortened(name: string): string {
  return name.length > 10 ? `${name.slice(0, 9)}…` : name;
}

function namesOf({
  order,
  names,
  cell,
  gutters: { left, top, isUpright },
  theme,
}: Pick<PictureOptions, 'order' | 'names' | 'theme'> & { cell: number; gutters: Gutters }): string[] {
  const step = Math.max(1, Math.ceil((theme.fontSize + 2) / cell));
  return order.flatMap((index, place) => {
    if (place % step !== 0) return [];
    const name = shortened(names[index] ?? String(index));
    const middle = (place + 0.5) * cell;
    const attributes = { fill: theme.muted, 'dominant-baseline': 'central' };
    const above = isUpright
      ? { transform: `translate(${left + middle} ${top - 6}) rotate(90)`, 'text-anchor': 'end' }
      : { x: left + middle, y: top / 2, 'text-anchor': 'middle' };
    return [
      text(name, { x: left - 6, y: top + middle, 'text-anchor': 'end', ...attributes }),
      text(name, { ...above, ...attributes }),
    ];
  });
}

type CellsOptions = Pick<PictureOptions, 'order' | 'theme'> & {
  matrix: DrawnMatrix;
  cell: number;
  gutters: Gutters;
};

function numberedCells({
  matrix,
  order,
  cell,
  measure,
  gutters: { left, top },
  theme,
}: CellsOptions & { measure: Measure }): string[] {
  const { values, side, ramp } = matrix;
  const palette = new Palette(theme, matrix.subject?.role ?? null);
  return order.flatMap((truth, row) =>
    order.flatMap((answer, column) => {
      const value = values[truth * order.length + answer] ?? NaN;
      const tone = toneOf(ramp, { side, cell: { truth, answer }, value });
      const place = { x: left + column * cell, y: top + row * cell };
      return [
        element('rect', {
          ...place,
          width: cell,
          height: cell,
          fill: palette.css('level' in tone ? { ...tone, level: tone.level * 0.4 } : tone),
          stroke: theme.border,
          'stroke-width': 0.5,
        }),
        text(compactWords(value, { measure, signed: side === 'difference' }), {
          x: place.x + cell / 2,
          y: place.y + cell / 2,
          'text-anchor': 'middle',
          'dominant-baseline': 'central',
          'font-size': theme.fontSize - 2,
          fill:
            tone.kind === 'party' || tone.kind === 'better' || tone.kind === 'worse' ? theme.foreground : theme.muted,
        }),
      ];
    }),
  );
}

/** Empty cells are the background: a thousand classes have a million cells, and few of them hold anything. */
function colouredCells({ matrix, order, cell, gutters: { left, top }, theme }: CellsOptions): string[] {
  const { values, side, ramp } = matrix;
  const palette = new Palette(theme, matrix.subject?.role ?? null);
  const paths = new Map<string, string[]>();
  for (const [row, truth] of order.entries()) {
    for (const [column, answer] of order.entries()) {
      const value = values[truth * order.length + answer] ?? 0;
      const tone = toneOf(ramp, { side, cell: { truth, answer }, value });
      if (tone.kind === 'none') continue;
      const stepped = 'level' in tone ? { ...tone, level: Math.round(tone.level * 24) / 24 } : tone;
      const color = palette.css(stepped);
      const path = paths.get(color) ?? [];
      paths.set(color, path);
      path.push(
        `M${short(left + column * cell)} ${short(top + row * cell)}h${short(cell)}v${short(cell)}h${short(-cell)}z`,
      );
    }
  }
  const plot = cell * order.length;
  return [
    ...[...paths].map(([fill, path]) => element('path', { fill, d: path.join('') })),
    element('rect', { x: left, y: top, width: plot, height: plot, fill: 'none', stroke: theme.border }),
  ];
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/**
 * All that the view knows as one long table: counts of every cell that is not empty, scores by class, and the partition.
 * Every number is in a row of its own with what it is, so that any program can select and pivot.
 */
export function confusionCsv({ shown, subjects, names }: Compared): string {
  return csvText({
    header: ['what', 'model', 'truth', 'answer', 'value'],
    rows: csvRows({ shown, subjects, names }),
  });
}

function* csvRows({ shown, subjects, names }: Compared): Generator<CsvCell[]> {
  const models: [string, Judged][] = [[subjects.first.name, shown.first]];
  if (shown.second !== null && subjects.second !== null) models.push([subjects.second.name, shown.second]);
  const nameOf = (index: number): string => names[index] ?? String(index);
  for (const [model, { counts, classes, unanswered, predicted, labels }] of models) {
    for (const [cell, value] of counts.entries()) {
      if (value > 0) yield ['count', model, nameOf(Math.floor(cell / classes)), nameOf(cell % classes), value];
    }
    if (unanswered === 0) continue;
    for (const [example, answer] of predicted.entries()) {
      if (answer === noAnswer) yield ['no answer, example', model, nameOf(labels[example] ?? 0), null, example];
    }
  }
  for (const row of classRows({ shown, names })) {
    yield ['support', null, row.name, null, row.first.support];
    for (const [model, scores] of [
      [subjects.first.name, row.first],
      [subjects.second?.name ?? null, row.second],
    ] as const) {
      if (scores === null) continue;
      yield ['precision', model, row.name, null, scores.precision];
      yield ['recall', model, row.name, null, scores.recall];
      yield ['F1', model, row.name, null, scores.f1];
    }
  }
  if (shown.second === null || subjects.second === null) return;
  const pair = { first: shown.first, second: shown.second };
  for (const { name, truth, counts } of partRows(pair, names)) {
    const of = truth === null ? null : name;
    yield ['both right', null, of, null, counts.bothRight];
    yield ['only this right', subjects.first.name, of, null, counts.onlyFirst];
    yield ['only this right', subjects.second.name, of, null, counts.onlySecond];
    yield ['both wrong', null, of, null, counts.bothWrong];
    yield ['same answer', null, of, null, counts.same];
  }
}
