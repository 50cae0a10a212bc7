import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { count } from '../../../src/core/words.js';
import { shortNames, type Compared } from '../compared.js';
import type { ConfusedPair, CountedPair } from '../../sums/confusedPairs.js';
import { DataTable, type Column } from '../../parts/table/dataTable.js';
import { ProblemLine } from '../../problemLine.js';
import type { Judged } from '../../sums/judged.js';
import type { Sums } from '../../sums/sums.js';
import { useSum } from '../../sums/useSum.js';
import { cellWords, signedWords, changeWords } from '../words.js';
import type { Cell } from '../../parts/matrix/cell.js';

/** The cells beside the diagonal that are not empty, the most frequent first: the table of a matrix of any size. */
export function PairsTable({
  sums,
  compared,
  onOpen,
}: {
  readonly sums: Pick<Sums, 'ask'>;
  readonly compared: Compared;
  readonly onOpen: (cell: Cell) => void;
}): JSX.Element {
  const { shown, names, subjects } = compared;
  const { latest: pairs, problem } = useSum(sums, 'confusedPairs', countsOf(shown), [shown]);
  const { first, second } = shortNames(subjects);
  const columns = useMemo(
    () => pairColumns({ first, second: second === '' ? null : second, names, onOpen }),
    [first, second, names, onOpen],
  );
  if (problem !== null) return <ProblemLine problem={problem} />;
  if (pairs === null) return <p class="muted">Counting confused pairs…</p>;
  if (pairs.length === 0) return <p class="muted">No class is confused with another.</p>;
  return (
    <DataTable
      label="Most confused pairs"
      columns={columns}
      rows={pairs}
      rowKey={({ truth, answer }) => `${truth} ${answer}`}
      onOpen={onOpen}
    />
  );
}

/** What the worker needs of them. */
function countsOf({ first, second }: Compared['shown']): CountedPair {
  const counts = ({ classes, counts }: Judged): CountedPair['first'] => ({ classes, counts });
  return { first: counts(first), second: second === null ? null : counts(second) };
}

function pairColumns({
  first,
  second,
  names,
  onOpen,
}: {
  first: string;
  second: string | null;
  names: readonly string[];
  onOpen: (cell: Cell) => void;
}): Column<ConfusedPair>[] {
  const difference = (pair: ConfusedPair): number | null => (pair.second === null ? null : pair.second - pair.first);
  const columns: Column<ConfusedPair>[] = [
    {
      key: 'truth',
      title: 'truth',
      tooltip: 'The true class',
      number: false,
      value: ({ truth }) => truth,
      cell: ({ truth }) => <span class="class-name">{names[truth]}</span>,
    },
    {
      key: 'answer',
      title: 'predicted as',
      tooltip: 'The class that was predicted',
      number: false,
      value: ({ answer }) => answer,
      cell: (pair) => (
        <button
          class="link class-name"
          title={`Show the examples: ${cellWords(pair, names)}`}
          onClick={(event) => {
            event.stopPropagation();
            onOpen(pair);
          }}
        >
          {names[pair.answer]}
        </button>
      ),
    },
    {
      key: 'first',
      title: first,
      tooltip: `How often by ${first}`,
      number: true,
      value: (pair) => pair.first,
      cell: (pair) => count(pair.first),
    },
  ];
  if (second === null) return columns;
  return [
    ...columns,
    {
      key: 'second',
      title: second,
      tooltip: `How often by ${second}`,
      number: true,
      value: (pair) => pair.second,
      cell: (pair) => count(pair.second ?? NaN),
    },
    {
      key: 'difference',
      title: 'Δ',
      tooltip: `${second} less ${first}: below 0 are fewer errors`,
      number: true,
      value: difference,
      cell: (pair) => {
        const change = difference(pair) ?? NaN;
        return <span title={changeWords(pair, change)}>{signedWords(change, 'count')}</span>;
      },
    },
  ];
}
