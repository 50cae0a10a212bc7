import { verdictOf } from '../../src/core/evaluation/verdict.js';
import { percent } from '../../src/core/words.js';
import { csvText, type Cell } from '../export/csv.js';
import { label, type Shape } from '../export/shapes.js';
import { svgFrame } from '../export/svg.js';
import type { Theme } from '../theme.js';
import { verdictSigns } from '../verdict.js';
import {
  mostDifference,
  resultOf,
  toldDifference,
  verdictOfCell,
  type CellResult,
  type MapCell,
  type SweepMap,
} from './sweepMap.js';
import { cellVerdictWords, differenceText, errorsText, lackingWords } from './words.js';
import { shapeElements } from '../export/shapeElements.js';

/** A line for each student of the map, trained or not. */
export function sweepCsv({ name, cells }: SweepMap): string {
  const header = [
    'name',
    'temperature',
    'alpha',
    'seed',
    'state',
    'errors',
    'examples',
    'accuracy',
    'baseline errors',
    'p',
    'verdict',
  ];
  const rows = cells
    .flat()
    .filter((cell) => cell !== null)
    .flatMap(({ temperature, alpha, runs }) =>
      runs.map((run): Cell[] => {
        const about = [name, temperature, alpha, run.seed];
        if (run.kind !== 'finished') {
          const state = run.kind === 'unfinished' ? run.state : run.kind === 'hidden' ? 'not shown' : 'not trained';
          return [...about, state, null, null, null, null, null, null];
        }
        const { errors, examples, baseline, comparison } = run;
        const tested = comparison === null ? [null, null] : [comparison.p, verdictOf(comparison)];
        return [...about, 'finished', errors, examples, 1 - errors / examples, baseline, ...tested];
      }),
    );
  return csvText({ header, rows });
}

const cellWidth = 112;
const cellHeight = 76;
const cellLines = 4;
const left = 64;
const top = 28;
/** The fullest that a cell is coloured: its numbers must be read on it. */
export const fullestFill = 0.45;

/** The map as a standalone picture. */
export function sweepSvg(map: SweepMap, { theme }: { theme: Theme }): string {
  const { name, temperatures, alphas, cells } = map;
  const size = theme.fontSize - 1;
  const most = mostDifference(map);
  const shapes: Shape[] = [
    label('α ↓  T →', { x: left - 8, y: top / 2, color: theme.muted, anchor: 'end' }),
    ...temperatures.map((temperature, column) =>
      label(String(temperature), {
        x: left + (column + 0.5) * cellWidth,
        y: top / 2,
        color: theme.muted,
        anchor: 'middle',
      }),
    ),
    ...cells.flatMap((row, index) => {
      const y = top + index * cellHeight;
      const alpha = alphas[index] ?? '';
      return [
        label(String(alpha), { x: left - 8, y: y + cellHeight / 2, color: theme.muted, anchor: 'end' }),
        ...row.flatMap((cell, column) => cellShapes(cell, { x: left + column * cellWidth, y, most, theme })),
      ];
    }),
  ];
  return svgFrame(
    {
      title: `T × α: ${name}`,
      subtitle:
        'Mean test errors over the seeds; beneath, the difference from the baseline with the same seed, coloured where McNemar’s test tells them apart with every seed',
      width: Math.max(520, left + temperatures.length * cellWidth),
      height: top + alphas.length * cellHeight,
      theme,
    },
    ...shapeElements(shapes, { size }),
  );
}

function cellShapes(
  cell: MapCell | null,
  { x, y, most, theme }: { x: number; y: number; most: number; theme: Theme },
): Shape[] {
  const box = { x, y, width: cellWidth - 2, height: cellHeight - 2 };
  const frame: Shape = { kind: 'rect', ...box, color: theme.border, opacity: 1, isFrame: true };
  const middle = x + cellWidth / 2;
  const line = (at: number, content: string, color: string): Shape =>
    label(content, { x: middle, y: y + (at + 0.5) * (cellHeight / cellLines), color, anchor: 'middle' });
  if (cell === null) return [frame];
  const result = resultOf(cell);
  if (result === null) return [frame, line(1.5, lackingWords(cell), theme.muted)];
  const { difference, seeds, errors, accuracy } = result;
  const told = toldDifference(result);
  const color = told > 0 ? theme.worse : theme.better;
  const opacity = most === 0 ? 0 : (fullestFill * Math.abs(told)) / most;
  return [
    { kind: 'rect', ...box, color, opacity, isFrame: false },
    frame,
    line(0, errorsText(errors, { seeds }), theme.foreground),
    line(
      1,
      difference === null ? percent(accuracy) : `${differenceText(difference)} · ${percent(accuracy)}`,
      theme.foreground,
    ),
    line(2, verdictText(result), theme.foreground),
    line(
      3,
      seeds === cell.runs.length ? `${seeds} seed${seeds === 1 ? '' : 's'}` : `${seeds} of ${cell.runs.length} seeds`,
      theme.muted,
    ),
  ];
}

/** `▲ better`, `≈ cannot be told`, `seeds disagree`: what fits into a cell; the CSV has it seed by seed. */
function verdictText(result: CellResult): string {
  const verdict = verdictOfCell(result);
  if (verdict !== null) return `${verdictSigns[verdict]} ${verdict}`;
  return cellVerdictWords(result).replace(/:.*/, '');
}
