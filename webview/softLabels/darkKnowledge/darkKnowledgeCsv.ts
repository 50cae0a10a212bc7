import { csvText, type Cell } from '../../export/csv.js';
import type { DarkKnowledge } from '../../sums/darkKnowledge.js';

/** All cells of the matrices, one a line. Empty where nothing has been computed yet. */
export function darkKnowledgeCsv({
  dark,
  nameOf,
}: {
  dark: DarkKnowledge | null;
  nameOf: (label: number) => string;
}): string {
  const kinds = dark?.matrices.map(({ kind }) => kind) ?? [];
  const header = ['temperature', 'true class', 'soft label of', ...kinds];
  return csvText({ header, rows: dark === null ? [] : cells(dark, nameOf) });
}

function* cells(
  { temperature, classes, matrices }: DarkKnowledge,
  nameOf: (label: number) => string,
): Iterable<Cell[]> {
  for (let cell = 0; cell < classes * classes; cell++) {
    const names = [nameOf(Math.floor(cell / classes)), nameOf(cell % classes)];
    yield [temperature, ...names, ...matrices.map(({ values }) => values[cell] ?? NaN)];
  }
}
