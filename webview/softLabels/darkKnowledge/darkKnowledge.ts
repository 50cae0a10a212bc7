import type { ClassOrder } from '../../parts/classOrder/classOrder.js';
import { none } from '../../../src/core/words.js';
import type { Role } from '../../../src/core/spec/spec.js';
import type { DarkKnowledge, DarkMatrix, DarkMeasure } from '../../sums/darkKnowledge.js';

/** The cell at a place of the drawing, which begins at the left above. */
export function cellAtPlace(order: ClassOrder, place: number): number {
  const classes = order.length;
  return (order[Math.floor(place / classes)] ?? 0) * classes + (order[place % classes] ?? 0);
}

/** Whether a cell is of the diagonal, and that is left out. */
export function isLeftOut({ diagonal, classes }: DarkKnowledge, cell: number): boolean {
  return !diagonal && cell % (classes + 1) === 0;
}

/**
 * How strongly a cell is coloured, 0 to 1: a probability by the square root of its place in the range, since what is
 * dark is small; a difference by its size. Cells that are missing, or of a diagonal that is left out, have none.
 */
export function strengthOf(dark: DarkKnowledge, { kind, values }: DarkMatrix, cell: number): number {
  const value = values[cell] ?? NaN;
  if (Number.isNaN(value) || isLeftOut(dark, cell)) return 0;
  if (kind === 'difference') return dark.mostDifference > 0 ? Math.min(1, Math.abs(value) / dark.mostDifference) : 0;
  const { least, most } = dark.range;
  return most > least ? Math.sqrt((value - least) / (most - least)) : 0;
}

/** A number as a cell shows it, in per cent or in points, with as many digits as tell the cells apart. */
export function cellNumber(dark: DarkKnowledge, { kind, values }: DarkMatrix, cell: number): string {
  const value = values[cell] ?? NaN;
  if (Number.isNaN(value)) return none;
  if (kind !== 'difference') return (100 * value).toFixed(digitsFor(dark.range.most));
  const text = Math.abs(100 * value).toFixed(digitsFor(dark.mostDifference));
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

/** Digits behind the point, in per cent or in points: as many as leave the largest of the shares two that count. */
function digitsFor(most: number): number {
  return most < 0.002 ? 3 : most < 0.02 ? 2 : 1;
}

/** What cells hold, in words. */
export function measureWords(measure: DarkMeasure): string {
  return measure === 'softLabels'
    ? 'mean soft label of each true class'
    : 'mean soft label of each true class, as shares of what it leaves the others';
}

/** What a matrix shows, and in which unit. */
export function kindTitle(kind: DarkMatrix['kind'], subject: Role): string {
  return kind === 'difference' ? `${subject} − teacher (pp)` : `${kind} (%)`;
}

/** What the faintest and the strongest colour of a matrix stand for. */
export function scaleWords(dark: DarkKnowledge, kind: DarkMatrix['kind']): string {
  const { range, mostDifference } = dark;
  if (kind === 'difference') {
    const most = (100 * mostDifference).toFixed(digitsFor(mostDifference));
    return `colours −${most} … +${most}`;
  }
  if (range.most < range.least) return '';
  const [least, most] = [range.least, range.most].map((share) => (100 * share).toFixed(digitsFor(range.most)));
  return `colours ${least} … ${most}`;
}

/** A cell in words of its kind: `24.8 %`, or `+6.7` points. */
export function cellWords(dark: DarkKnowledge, matrix: DarkMatrix, cell: number): string {
  const text = cellNumber(dark, matrix, cell);
  if (text === none) return none;
  return matrix.kind === 'difference' ? text : `${text} %`;
}

/** Where the teacher sees the classes most alike: cells off the diagonal by its probability, falling. */
export function strongestCells({ classes, matrices }: DarkKnowledge, count: number): number[] {
  const first = matrices[0]?.values ?? new Float64Array(0);
  const best: number[] = [];
  let least = 0;
  const byValue = (a: number, b: number): number => (first[b] ?? NaN) - (first[a] ?? NaN) || a - b;
  for (let cell = 0; cell < first.length; cell++) {
    if (cell % (classes + 1) === 0 || !((first[cell] ?? NaN) > least)) continue;
    best.push(cell);
    if (best.length < 4 * count) continue;
    best.sort(byValue).length = count;
    least = first[best.at(-1) ?? 0] ?? 0;
  }
  return best.sort(byValue).slice(0, count);
}
