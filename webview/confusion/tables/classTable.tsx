import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ClassScores } from '../../../src/core/evaluation/evaluation.js';
import { count } from '../../../src/core/words.js';
import { classScores } from './classScores.js';
import { DataTable, type Column } from '../../parts/table/dataTable.js';
import { shortNames, type Compared } from '../compared.js';
import { compactWords } from '../words.js';

interface ClassRow {
  readonly index: number;
  readonly name: string;
  readonly first: ClassScores;
  readonly second: ClassScores | null;
}

const scores = [
  { key: 'precision', tooltip: 'Precision: the share of the examples predicted as this class that belong to it' },
  { key: 'recall', tooltip: 'Recall: the share of the examples of this class that were predicted as it' },
  { key: 'f1', tooltip: 'F1: the harmonic mean of precision and recall' },
] as const;

type Score = (typeof scores)[number]['key'];

/** Precision, recall, F1 and support of each class, of both models and their difference. */
export function ClassTable({ compared }: { readonly compared: Compared }): JSX.Element {
  const { shown, names, subjects } = compared;
  const rows = useMemo(() => classRows(compared), [shown, names]);
  const { first, second } = shortNames(subjects);
  const columns = useMemo(() => classColumns({ first, second: second === '' ? null : second }), [first, second]);
  return <DataTable label="Scores of each class" columns={columns} rows={rows} rowKey={({ index }) => index} />;
}

/** Scores by class, in the order of the classes. */
export function classRows({ shown, names }: Pick<Compared, 'shown' | 'names'>): ClassRow[] {
  const first = classScores(shown.first);
  const second = shown.second === null ? [] : classScores(shown.second);
  return first.map((scoresOfFirst, index) => ({
    index,
    name: names[index] ?? String(index),
    first: scoresOfFirst,
    second: second[index] ?? null,
  }));
}

/** Second less first; null where either is not known. */
export function scoreDifference({ first, second }: ClassRow, score: Score): number | null {
  const [before, after] = [first[score], second?.[score] ?? null];
  return before === null || after === null ? null : after - before;
}

function classColumns({ first, second }: { first: string; second: string | null }): Column<ClassRow>[] {
  return [
    {
      key: 'class',
      title: 'class',
      tooltip: 'The class',
      number: false,
      value: ({ index }) => index,
      cell: ({ name }) => <span class="class-name">{name}</span>,
    },
    {
      key: 'support',
      title: 'support',
      tooltip: 'Examples of the class',
      number: true,
      value: (row) => row.first.support,
      cell: (row) => count(row.first.support),
    },
    ...scores.flatMap(({ key, tooltip }): Column<ClassRow>[] => {
      const title = key === 'f1' ? 'F1' : key;
      const own: Column<ClassRow> = {
        key: `${key} first`,
        title: second === null ? title : `${title}: ${first}`,
        tooltip: `${tooltip}: ${first}`,
        number: true,
        value: (row) => row.first[key],
        cell: (row) => compactWords(row.first[key] ?? NaN, { measure: 'share', signed: false }),
      };
      if (second === null) return [own];
      return [
        own,
        {
          key: `${key} second`,
          title: second,
          tooltip: `${tooltip}: ${second}`,
          number: true,
          value: (row) => row.second?.[key] ?? null,
          cell: (row) => compactWords(row.second?.[key] ?? NaN, { measure: 'share', signed: false }),
        },
        {
          key: `${key} difference`,
          title: 'Δ',
          tooltip: `${tooltip}: ${second} − ${first} (pp)`,
          number: true,
          value: (row) => scoreDifference(row, key),
          cell: (row) => compactWords(scoreDifference(row, key) ?? NaN, { measure: 'share', signed: true }),
        },
      ];
    }),
  ];
}
