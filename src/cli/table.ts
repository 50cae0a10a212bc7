import { displayWidth, padded } from './displayWidth.js';
import { harmless } from '../core/words.js';

/** A column of a table: its heading and what stands under it for each row. Numbers are aligned on the right. */
export interface Column<Row> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly cell: (row: Row) => string;
}

/** Rows below their headings, columns two spaces apart, no line ends with spaces. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const sides = columns.map(({ align }) => align ?? 'left');
  const lines = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => harmless(cell(row)))),
  ];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => displayWidth(line[at] ?? ''))));
  return lines
    .map((line) => line.map((cell, at) => padded(cell, widths[at] ?? 0, sides[at])).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}
