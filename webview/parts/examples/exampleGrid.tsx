import type { ComponentChildren, JSX } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { useVirtualRows } from '../hooks/useVirtualRows.js';
import { useWidth } from '../hooks/useWidth.js';
import './examples.css';

/** As the style sheet sets them, in CSS pixels: pictures alone, or cards with words beside them, as wide as the room allows. */
const looks = {
  pictures: { width: 44, height: 44 },
  cards: { width: 232, height: 72 },
} as const;

export interface ExampleGridProps {
  readonly look: keyof typeof looks;
  /** Into the split, in the order in which they are shown. */
  readonly examples: Int32Array;
  /** The example that the keyboard is at, as a place among these; −1 for none. */
  readonly place: number;
  readonly onPlace: (place: number) => void;
  /** An example was clicked, or the Enter key was pressed on it. */
  readonly onChoose: (example: number) => void;
  /** For those who do not see it: what this is, and which keys it takes. */
  readonly label: string;
  /** Of one example; of a picture all that is said of it. */
  readonly title: (example: number) => string;
  readonly children: (example: number) => ComponentChildren;
}

/** Examples in rows, of which only those in sight are there. One stop of the Tab key; arrows walk them. */
export function ExampleGrid(props: ExampleGridProps): JSX.Element {
  const { look, examples, place, onPlace, onChoose, label, title, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = looks[look];
  const columns = Math.max(1, Math.floor(useWidth(box) / width));
  const count = Math.ceil(examples.length / columns);
  const rows = useVirtualRows(box, { count, height });
  // One row less than is seen, so that the eye finds its place.
  const page = columns * Math.max(1, Math.floor((rows.scrollRect?.height ?? 0) / height) - 1);
  const chosen = examples[place];
  const id = useId();
  const optionId = (at: number): string => `${id}-${at}`;

  // Follows the example, not the order: a slider that sorts anew must not move the list under the eyes.
  useLayoutEffect(() => {
    if (place >= 0) rows.scrollToIndex(Math.floor(place / columns));
  }, [chosen, columns]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const to = destination(event.key, { place, columns, page, last: examples.length - 1 });
    if (to !== null) onPlace(to);
    else if ((event.key === 'Enter' || event.key === ' ') && chosen !== undefined) onChoose(chosen);
    else return;
    event.preventDefault();
  };
  const choose = (at: number, example: number): void => {
    onPlace(at);
    onChoose(example);
  };

  return (
    <div
      ref={box}
      class={`examples ${look}`}
      role="listbox"
      aria-label={label}
      aria-activedescendant={place >= 0 ? optionId(place) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" class="examples-field" style={{ height: `${count * height}px` }}>
        {rows.getVirtualIndexes().map((row) => (
          <div
            key={row}
            role="presentation"
            class="examples-row"
            style={{ transform: `translateY(${row * height}px)` }}
          >
            {Array.from(examples.subarray(row * columns, (row + 1) * columns), (example, column) => {
              const at = row * columns + column;
              return (
                <div
                  key={example}
                  id={optionId(at)}
                  role="option"
                  class="example"
                  title={title(example)}
                  aria-label={look === 'pictures' ? title(example) : undefined}
                  aria-selected={at === place}
                  aria-setsize={examples.length}
                  aria-posinset={at + 1}
                  style={look === 'cards' ? { width: `${100 / columns}%` } : undefined}
                  onClick={() => choose(at, example)}
                >
                  {children(example)}
                </div>
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Where a key leads from `place`, −1 where that is none of them; null for any other key. */
function destination(
  key: string,
  { place, columns, page, last }: Readonly<Record<'place' | 'columns' | 'page' | 'last', number>>,
): number | null {
  if (last < 0) return null;
  const move = (by: number): number => (place < 0 ? 0 : Math.min(last, Math.max(0, place + by)));
  /** Up from the first row and down from the last lead nowhere. */
  const vertical = (by: number): number => (place + by < 0 || place + by > last ? Math.max(0, place) : move(by));
  switch (key) {
    case 'ArrowRight':
      return move(1);
    case 'ArrowLeft':
      return move(-1);
    case 'ArrowDown':
      return vertical(columns);
    case 'ArrowUp':
      return vertical(-columns);
    case 'PageDown':
      return move(page);
    case 'PageUp':
      return move(-page);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
