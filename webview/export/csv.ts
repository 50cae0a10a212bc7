import { cellText } from '../../src/core/foreignText.js';

/** What a cell of a table holds; null and NaN are written as an empty cell. */
export type Cell = string | number | boolean | null;

/**
 * A table as RFC 4180 wants it: commas, lines that end in CRLF, quotes around what needs them. Numbers are written in
 * full, so that what is read back is the same number; names that a spreadsheet would take for formulas are marked as text.
 */
export function csvText({ header, rows }: { header: readonly string[]; rows: Iterable<readonly Cell[]> }): string {
  const lines = [header.map(field).join(',')];
  for (const row of rows) lines.push(row.map(field).join(','));
  return lines.map((line) => `${line}\r\n`).join('');
}

function field(cell: Cell): string {
  if (cell === null || Number.isNaN(cell)) return '';
  const text = typeof cell === 'string' ? cellText(cell) : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
