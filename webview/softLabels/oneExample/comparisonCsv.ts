import { csvText } from '../../export/csv.js';
import type { Distribution } from './distribution.js';

/** The soft labels of one example, a class a line, all classes, for each temperature. */
export function comparisonCsv({
  distributions,
  nameOf,
}: {
  distributions: readonly Distribution[];
  nameOf: (label: number) => string;
}): string {
  const columns = distributions[0]?.columns.map(({ role }) => role) ?? [];
  const rows = distributions.flatMap(({ index, truth, temperature, probabilities }) =>
    Array.from(probabilities[0] ?? [], (_, label) => [
      index,
      temperature,
      nameOf(label),
      label === truth,
      ...probabilities.map((soft) => soft[label] ?? NaN),
    ]),
  );
  return csvText({ header: ['example', 'temperature', 'class', 'is truth', ...columns], rows });
}
