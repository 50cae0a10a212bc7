import { csvText, type Cell as CsvCell } from '../export/csv.js';
import { element, svgFrame, text } from '../export/svg.js';
import type { Theme } from '../theme.js';
import { classRows } from './classTable.js';
import type { ClassOrder } from './classOrder.js';
import type { Compared } from './compared.js';
import { noAnswer } from '../../src/core/evaluation.js';
import type { Judged } from './judged.js';
import type { Measure, Side } from './matrix.js';
import { Palette } from './palette.js';
import { partRows } from './partitionTable.js';
import { toneOf, type Ramp } from './ramp.js';
import type { Subject } from './subject.js';
import { compactWords } from './words.js';

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
const gutter = 72;
const mostNumbered = 20;

/** The matrices as a standalone SVG: numbers in the cells of few classes, one path a colour for many. */
export function matricesSvg({ matrices, order, names, measure, subtitle, theme }: PictureOptions): string {
  const numbered = order.length <= mostNumbered;
  const cell = numbered ? 36 : Math.max(1, Math.min(12, 720 / order.length));
  const side = gutter + cell * order.length;
  const line = theme.fontSize * 1.5;
  const size = { width: matrices.length * (side + gap) - gap, height: side + line };
  const drawn = matrices.map((matrix, index) =>
    element(
      'g',
      { transform: `translate(${index * (side + gap)} ${line})` },
      text(matrix.title, { x: gutter, y: -line / 3, 'font-weight': 600 }),
      ...namesOf({ order, names, cell, theme }),
      ...(numbered
        ? numberedCells({ matrix, order, cell, measure, theme })
        : colouredCells({ matrix, order, cell, theme })),
    ),
  );
  return svgFrame({ title: 'Confusion: rows the truth, columns the answer', subtitle, ...size, theme }, ...drawn);
}

function namesOf({
  order,
  names,
  cell,
  theme,
}: Pick<PictureOptions, 'order' | 'names' | 'theme'> & { cell: number }): string[] {
  const step = Math.max(1, Math.ceil((theme.fontSize + 2) / cell));
  const short = (index: number): string => {
    const name = names[index] ?? String(index);
    return name.length > 10 ? `${name.slice(0, 9)}…` : name;
  };
  return order.flatMap((index, place) => {
    if (place % step !== 0) return [];
    const middle = gutter + (place + 0.5) * cell;
    const attributes = { fill: theme.muted, 'text-anchor': 'end', 'dominant-baseline': 'central' };
    return [
      text(short(index), { x: gutter - 6, y: middle, ...attributes }),
      text(short(index), { transform: `translate(${middle} ${gutter - 6}) rotate(90)`, ...attributes }),
    ];
  });
}

type CellsOptions = Pick<PictureOptions, 'order' | 'theme'> & { matrix: DrawnMatrix; cell: number };

function numberedCells({ matrix, order, cell, measure, theme }: CellsOptions & { measure: Measure }): string[] {
  const { values, side, ramp } = matrix;
  const palette = new Palette(theme, matrix.subject?.role ?? null);
  return order.flatMap((truth, row) =>
    order.flatMap((answer, column) => {
      const value = values[truth * order.length + answer] ?? NaN;
      const tone = toneOf(ramp, { side, cell: { truth, answer }, value });
      const place = { x: gutter + column * cell, y: gutter + row * cell };
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
function colouredCells({ matrix, order, cell, theme }: CellsOptions): string[] {
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
        `M${short(gutter + column * cell)} ${short(gutter + row * cell)}h${short(cell)}v${short(cell)}h${short(-cell)}z`,
      );
    }
  }
  const plot = cell * order.length;
  return [
    ...[...paths].map(([fill, path]) => element('path', { fill, d: path.join('') })),
    element('rect', { x: gutter, y: gutter, width: plot, height: plot, fill: 'none', stroke: theme.border }),
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
  for (const [model, { counts, classes, unanswered, predicted, answers }] of models) {
    for (const [cell, value] of counts.entries()) {
      if (value > 0) yield ['count', model, nameOf(Math.floor(cell / classes)), nameOf(cell % classes), value];
    }
    if (unanswered === 0) continue;
    for (const [example, answer] of predicted.entries()) {
      if (answer === noAnswer) yield ['no answer, example', model, nameOf(answers.labels[example] ?? 0), null, example];
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
