import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { count } from '../../../src/core/words.js';
import { shortNames, type Compared } from '../compared.js';
import { DataTable, type Column } from '../../parts/table/dataTable.js';
import type { Gallery } from '../gallery/gallery.js';
import type { Pair } from '../../sums/judged.js';
import { partition, parts, partWords, type Part, type PartCounts } from '../../parts/partition.js';

interface PartRow {
  /** Null: all classes. */
  readonly truth: number | null;
  readonly name: string;
  readonly counts: PartCounts;
}

/** Who is right, as one bar a class and in all; every part opens its examples. */
export function PartitionTable({
  compared,
  pair,
  errorsOnly,
  onOpen,
}: {
  readonly compared: Compared;
  readonly pair: Pair;
  /** Whether the bars leave out what both have right, so that the rest can be seen. */
  readonly errorsOnly: boolean;
  readonly onOpen: (gallery: Gallery) => void;
}): JSX.Element {
  const { names, subjects } = compared;
  const words = partWords(shortNames(subjects));
  const rows = useMemo(() => partRows(pair, names), [pair, names]);
  const columns = useMemo(
    () => partColumns({ rows, words, errorsOnly, onOpen, subjects }),
    [rows, Object.values(words).join('\n'), errorsOnly, onOpen],
  );
  return <DataTable label="Who is right" columns={columns} rows={rows} rowKey={({ truth }) => truth ?? 'all'} />;
}

/** All classes first, then each. */
export function partRows(pair: Pair, names: readonly string[]): PartRow[] {
  const { all, byClass } = partition(pair);
  return [
    { truth: null, name: 'all classes', counts: all },
    ...byClass.map((counts, truth) => ({ truth, name: names[truth] ?? String(truth), counts })),
  ];
}

function partColumns({
  rows,
  words,
  errorsOnly,
  onOpen,
  subjects,
}: {
  rows: readonly PartRow[];
  words: Readonly<Record<Part, string>>;
  errorsOnly: boolean;
  onOpen: (gallery: Gallery) => void;
  subjects: Compared['subjects'];
}): Column<PartRow>[] {
  const drawn = errorsOnly ? parts.filter((part) => part !== 'bothRight') : parts;
  const lengthOf = ({ counts }: PartRow): number => drawn.reduce((sum, part) => sum + counts[part], 0);
  const longest = Math.max(1, ...rows.filter(({ truth }) => truth !== null).map(lengthOf));
  const classOf: Readonly<Record<Part, string>> = {
    bothRight: 'both-right',
    onlyFirst: `only ${subjects.first.role}`,
    onlySecond: `only ${subjects.second?.role ?? ''} ${subjects.first.role === subjects.second?.role ? 'hatched' : ''}`,
    bothWrong: 'both-wrong',
  };
  return [
    {
      key: 'class',
      title: 'class',
      tooltip: 'The true class',
      number: false,
      value: ({ truth }) => truth ?? -1,
      cell: ({ name }) => <span class="class-name">{name}</span>,
    },
    {
      key: 'bar',
      title: errorsOnly ? 'where either is wrong' : 'examples',
      tooltip: errorsOnly ? 'Examples that at least one of the two predicts wrongly' : 'All examples of the class',
      number: false,
      value: lengthOf,
      cell: (row) => (
        <span class="part-bar">
          {drawn.map((part) => {
            // All classes together have their own scale: a whole bar.
            const whole = row.truth === null ? Math.max(1, lengthOf(row)) : longest;
            const open = (): void => onOpen({ kind: 'part', part, truth: row.truth });
            const text = `${row.name}: ${words[part]}: ${count(row.counts[part])}`;
            return (
              row.counts[part] > 0 && (
                <span
                  key={part}
                  class={`part ${classOf[part]}`}
                  style={{ width: `${(100 * row.counts[part]) / whole}%` }}
                  title={text}
                  onClick={open}
                />
              )
            );
          })}
        </span>
      ),
    },
    ...parts.map((part): Column<PartRow> => ({
      key: part,
      title: words[part],
      tooltip: `Examples: ${words[part]}`,
      swatch: `part ${classOf[part]}`,
      number: true,
      value: ({ counts }) => counts[part],
      cell: (row) => (
        <button
          class="link"
          disabled={row.counts[part] === 0}
          title={`Show the examples of ${row.name}: ${words[part]}`}
          onClick={() => onOpen({ kind: 'part', part, truth: row.truth })}
        >
          {count(row.counts[part])}
        </button>
      ),
    })),
    {
      key: 'same',
      title: 'agreement (top-1)',
      tooltip: 'Both predicted the same class, correctly or not',
      number: true,
      value: ({ counts }) => counts.same,
      cell: ({ counts }) => count(counts.same),
    },
  ];
}
