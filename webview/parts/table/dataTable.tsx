import type { ComponentChildren, JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { useVirtualRows } from '../hooks/useVirtualRows.js';
import './dataTable.css';

export interface Column<R> {
  readonly key: string;
  readonly title: string;
  readonly tooltip: string;
  /** Numbers stand right, and are sorted from the largest first. */
  readonly number: boolean;
  /** Class of a swatch before the title: the colour that the column has elsewhere. */
  readonly swatch?: string;
  /** What is sorted by; null comes last in either direction. Left out where the column cannot be sorted by. */
  readonly value?: (row: R) => number | string | null;
  readonly cell: (row: R) => ComponentChildren;
}

interface DataTableProps<R> {
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly rowKey: (row: R) => string | number;
  readonly onOpen?: (row: R) => void;
}

interface Sorting {
  readonly key: string;
  readonly descending: boolean;
}

/** Height of a row, as the style sheet sets it, and of the window of a long table, in CSS pixels. */
const rowHeight = 24;
const tallest = 14 * rowHeight;

/** A table that is sorted by a click on a heading. Of a thousand rows only those that are seen are there. */
export function DataTable<R>({ label, columns, rows, rowKey, onOpen }: DataTableProps<R>): JSX.Element {
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const sorted = useMemo(() => sortRows(rows, { columns, sorting }), [rows, columns, sorting]);
  const shown = useVirtualRows(box, { count: sorted.length, height: rowHeight, tallest }).getVirtualIndexes();
  const [first, end] = [shown[0] ?? 0, (shown.at(-1) ?? -1) + 1];

  const sortBy = ({ key, number }: Column<R>): void => {
    setSorting((before) => {
      if (before?.key !== key) return { key, descending: number };
      return before.descending === number ? { key, descending: !number } : null;
    });
    if (box.current !== null) box.current.scrollTop = 0;
  };

  return (
    <div ref={box} class="data-box" role="region" aria-label={label} tabIndex={0}>
      <table class="data-table" aria-label={label} aria-rowcount={sorted.length + 1}>
        <thead>
          <tr>
            {columns.map((column) => {
              const active = sorting?.key === column.key;
              const direction = !active ? 'none' : sorting.descending ? 'descending' : 'ascending';
              return (
                <th
                  key={column.key}
                  scope="col"
                  class={column.number ? 'number' : ''}
                  aria-sort={column.value === undefined ? undefined : direction}
                >
                  {column.value === undefined ? (
                    <span title={column.tooltip}>{column.title}</span>
                  ) : (
                    <button
                      class="plain heading"
                      title={`${column.tooltip}. Click to sort; a third click restores the order.`}
                      onClick={() => sortBy(column)}
                    >
                      {column.swatch !== undefined && <span class={`swatch ${column.swatch}`} aria-hidden="true" />}
                      {column.title}
                      {active && <span aria-hidden="true">{sorting.descending ? ' ↓' : ' ↑'}</span>}
                    </button>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <Gap rows={first} columns={columns.length} />}
          {sorted.slice(first, end).map((row, index) => (
            <tr
              key={rowKey(row)}
              aria-rowindex={first + index + 2}
              class={onOpen ? 'opens' : ''}
              onClick={onOpen && (() => onOpen(row))}
            >
              {columns.map(({ key, number, cell }) => (
                <td key={key} class={number ? 'number' : ''}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
          {end < sorted.length && <Gap rows={sorted.length - end} columns={columns.length} />}
        </tbody>
      </table>
    </div>
  );
}

/** Stands for the rows that are not there. */
function Gap({ rows, columns }: { rows: number; columns: number }): JSX.Element {
  return (
    <tr class="gap" aria-hidden="true" style={{ height: `${rows * rowHeight}px` }}>
      <td colSpan={columns} />
    </tr>
  );
}

function sortRows<R>(
  rows: readonly R[],
  { columns, sorting }: { columns: readonly Column<R>[]; sorting: Sorting | null },
): readonly R[] {
  const value = columns.find(({ key }) => key === sorting?.key)?.value;
  if (sorting === null || value === undefined) return rows;
  const collator = new Intl.Collator('en', { numeric: true });
  const sign = sorting.descending ? -1 : 1;
  return rows
    .map((row, index) => ({ row, index, by: value(row) }))
    .sort((a, b) => {
      if (a.by === null || b.by === null) return Number(a.by === null) - Number(b.by === null) || a.index - b.index;
      const compared =
        typeof a.by === 'number' && typeof b.by === 'number'
          ? a.by - b.by
          : collator.compare(String(a.by), String(b.by));
      return sign * compared || a.index - b.index;
    })
    .map(({ row }) => row);
}
