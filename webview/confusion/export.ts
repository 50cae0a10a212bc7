import { csvText, type Cell as CsvCell } from '../export/csv.js';
import type { Shape } from '../export/shapes.js';
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
import { toneOf, tonesOf, type Ramp } from './matrix/ramp.js';
import type { Subject } from './subject.js';
import type { JudgedState } from './useJudged.js';
import { compactWords, valueWords } from './words.js';
import type { Cell, Side } from '../parts/matrix/cell.js';
import { savedMatrixShapes } from '../parts/matrix/matrixShapes.js';
import {
  mostNumberedClasses,
  numberedShapes,
  type NumberedCell,
  type NumberedLook,
} from '../parts/matrix/numberedShapes.js';
import { shapeElements } from '../export/shapeElements.js';

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

/** The matrices as a standalone SVG: numbers in the cells of few classes, colours for many. */
export function matricesSvg({ matrices, order, names, measure, subtitle, theme }: PictureOptions): string {
  const isNumbered = order.length <= mostNumberedClasses;
  const cell = isNumbered ? 36 : Math.max(1, Math.min(12, 720 / order.length));
  const short = names.map((name) => (name.length > 10 ? `${name.slice(0, 9)}…` : name));
  const longest = Math.max(1, ...short.map(({ length }) => length)) * theme.fontSize * 0.62;
  const left = Math.min(widestGutter, longest + 12);
  const isUpright = longest > cell;
  const top = isNumbered && !isUpright ? theme.fontSize * 1.5 : left;
  const side = cell * order.length;
  const layout = { left, top, cell: { width: cell, height: cell }, width: left + side, height: top + side };
  const look: NumberedLook = {
    ...{ layout, rows: short, columns: short, isUpright, theme },
    ...{ padding: 6, gap: 0, align: 'middle', border: theme.border, numberSize: theme.fontSize - 2 },
  };
  const shapesOf = (matrix: DrawnMatrix): Shape[] => {
    const palette = new Palette(theme, matrix.subject?.role ?? null);
    if (isNumbered)
      return numberedShapes(order, (at) => numberedCell(matrix, { at, order, measure, palette, theme }), look);
    const tones = tonesOf(matrix.values, { order, ...matrix });
    const drawn = { tones, side: matrix.side, order, names: short, palette, theme };
    return savedMatrixShapes(drawn, layout, { size: theme.fontSize, room: left - 6, gap: 6, clearance: 0 });
  };
  const line = theme.fontSize * 1.5;
  const drawn = matrices.map((matrix, index) =>
    element(
      'g',
      { transform: `translate(${index * (layout.width + gap)} ${2 * line})` },
      text(matrix.title, { x: left, y: -line * 1.1, 'font-weight': 600 }),
      text(rampWords(matrix), { x: left, y: -line / 5, fill: theme.muted }),
      ...shapeElements(shapesOf(matrix), { size: theme.fontSize }),
    ),
  );
  const size = { width: matrices.length * (layout.width + gap) - gap, height: layout.height + 2 * line };
  return svgFrame(
    { title: 'Confusion matrices. Rows: true class, columns: predicted class', subtitle, ...size, theme },
    ...drawn,
  );
}

/** A cell with its number, which stays legible on the fullest colour. */
function numberedCell(
  { values, side, ramp }: DrawnMatrix,
  {
    at,
    order,
    measure,
    palette,
    theme,
  }: Pick<PictureOptions, 'order' | 'measure' | 'theme'> & { at: Cell; palette: Palette },
): NumberedCell {
  const value = values[at.truth * order.length + at.answer] ?? NaN;
  const tone = toneOf(ramp, { side, cell: at, value });
  return {
    text: compactWords(value, { measure, signed: side === 'difference' }),
    ink: 'level' in tone ? theme.foreground : theme.muted,
    color: palette.css('level' in tone ? { ...tone, level: tone.level * 0.4 } : tone),
    opacity: 1,
    isFrame: false,
  };
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
  const cells = measure === 'count' ? 'examples' : '% of the true class';
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
      if (answer === noAnswer) yield ['no prediction, example', model, nameOf(labels[example] ?? 0), null, example];
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
    yield ['both correct', null, of, null, counts.bothRight];
    yield ['only this right', subjects.first.name, of, null, counts.onlyFirst];
    yield ['only this right', subjects.second.name, of, null, counts.onlySecond];
    yield ['both wrong', null, of, null, counts.bothWrong];
    yield ['agreement (top-1)', null, of, null, counts.same];
  }
}
