import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { PictureOf } from './pictureOf.js';
import type { Thumbnails } from './thumbnails.js';

interface ExampleGridProps {
  /** The examples in the order in which they are listed. */
  readonly list: Int32Array;
  readonly selected: number;
  readonly thumbnails: Thumbnails;
  /** What is said of an example to those who do not see it. */
  readonly describe: (index: number) => string;
  readonly onSelect: (index: number) => void;
}

/** In CSS pixels: a cell, with its gap. */
const cell = 44;
/** Rows drawn beyond what is seen, so that scrolling finds them there. */
const margin = 2;

/** All examples as pictures, of which only those in sight are there. One stop of the Tab key; arrows walk it. */
export function ExampleGrid({ list, selected, thumbnails, describe, onSelect }: ExampleGridProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: cell, height: cell });
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const columns = Math.max(1, Math.floor(size.width / cell));
  const rows = Math.ceil(list.length / columns);
  const firstRow = Math.max(0, Math.floor(top / cell) - margin);
  const lastRow = Math.min(rows, Math.ceil((top + size.height) / cell) + margin);
  const place = list.indexOf(selected);

  // Follows the selection, not the order: a slider that sorts anew must not move the list under the eyes.
  useLayoutEffect(() => {
    if (place >= 0 && box.current !== null) reveal(box.current, Math.floor(place / columns));
  }, [selected, columns]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const to = destination({
      key: event.key,
      control: event.ctrlKey || event.metaKey,
      place,
      columns,
      pageRows: Math.max(1, Math.floor(size.height / cell) - 1),
      count: list.length,
    });
    const index = to === null ? undefined : list[to];
    if (index === undefined) return;
    event.preventDefault();
    onSelect(index);
  };

  const visible = Array.from({ length: Math.max(0, lastRow - firstRow) }, (_, offset) => firstRow + offset);
  return (
    <div
      ref={box}
      class="sl-grid"
      role="grid"
      tabIndex={0}
      aria-label={`${list.length} examples`}
      title="Choose an example (arrow keys walk the list)"
      aria-rowcount={rows}
      aria-colcount={columns}
      aria-activedescendant={place >= 0 ? cellId(selected) : undefined}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div class="sl-grid-all" role="presentation" style={{ height: `${rows * cell}px` }}>
        {visible.map((row) => (
          <div
            key={row}
            class="sl-grid-row"
            role="row"
            aria-rowindex={row + 1}
            style={{ transform: `translateY(${row * cell}px)` }}
          >
            {Array.from(list.subarray(row * columns, (row + 1) * columns), (index, column) => (
              <div
                key={column}
                id={cellId(index)}
                class="sl-cell"
                role="gridcell"
                aria-colindex={column + 1}
                aria-selected={index === selected}
                aria-label={describe(index)}
                title={describe(index)}
                onClick={() => onSelect(index)}
              >
                <PictureOf thumbnails={thumbnails} index={index} otherwise={String(index)} />
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function cellId(index: number): string {
  return `sl-example-${index}`;
}

function reveal(box: HTMLElement, row: number): void {
  const from = row * cell;
  if (from < box.scrollTop) box.scrollTop = from;
  else if (from + cell > box.scrollTop + box.clientHeight) box.scrollTop = from + cell - box.clientHeight;
}

/** Where a key leads from `place`, −1 when nothing of the list is selected; null for any other key. */
export function destination({
  key,
  control,
  place,
  columns,
  pageRows,
  count,
}: {
  key: string;
  control: boolean;
  place: number;
  columns: number;
  pageRows: number;
  count: number;
}): number | null {
  if (count === 0) return null;
  const move = (by: number): number => Math.min(count - 1, Math.max(0, place < 0 ? 0 : place + by));
  const vertical = (by: number): number => (place + by < 0 || place + by >= count ? place : move(by));
  switch (key) {
    case 'ArrowRight':
      return move(1);
    case 'ArrowLeft':
      return move(-1);
    case 'ArrowDown':
      return place < 0 ? 0 : vertical(columns);
    case 'ArrowUp':
      return place < 0 ? 0 : vertical(-columns);
    case 'PageDown':
      return move(pageRows * columns);
    case 'PageUp':
      return move(-pageRows * columns);
    case 'Home':
      return control || place < 0 ? 0 : place - (place % columns);
    case 'End':
      return control || place < 0 ? count - 1 : Math.min(count - 1, place - (place % columns) + columns - 1);
    default:
      return null;
  }
}
