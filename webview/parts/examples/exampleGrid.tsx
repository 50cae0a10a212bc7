import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../../src/core/problem.js';
import type { EvaluationSplit, RunKey } from '../../../src/panel/protocol.js';
import type { PictureCache } from './pictureCache.js';
import { ExamplePicture } from './examplePicture.js';
import { useWidth } from '../hooks/useWidth.js';
import { visibleRows } from '../table/visibleRows.js';

export interface ExampleGridProps {
  /** Whose pictures they are: any run that was evaluated on them. */
  readonly run: RunKey;
  readonly split: EvaluationSplit;
  /** Into the split, in the order in which they are shown. */
  readonly examples: Int32Array;
  /** What stands beside the picture, a line each. */
  readonly words: (example: number) => ComponentChildren;
  readonly pictures: PictureCache;
  readonly onChoose: (example: number) => void;
  readonly onProblem: (problem: Problem) => void;
}

/** Of a card, as the style sheet sets them, in CSS pixels. */
const cardWidth = 232;
const cardHeight = 72;

/** Examples with their pictures and what is said of them; of thousands only those that are seen are there. */
export function ExampleGrid(props: ExampleGridProps): JSX.Element {
  const { run, split, examples, words, pictures, onChoose, onProblem } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [scrolled, setScrolled] = useState(0);
  const [at, setAt] = useState(0);
  const columns = Math.max(1, Math.floor(width / cardWidth));
  const rows = Math.ceil(examples.length / columns);
  const height = box.current?.clientHeight ?? 0;
  const { first, end } = visibleRows({ rows, rowHeight: cardHeight, scrolled, height: Math.max(height, cardHeight) });
  const shown = examples.subarray(first * columns, end * columns);

  useEffect(() => {
    setAt(0);
    if (box.current !== null) box.current.scrollTop = 0;
  }, [examples]);

  const go = (to: number): void => {
    const place = Math.min(examples.length - 1, Math.max(0, to));
    setAt(place);
    if (box.current === null) return;
    const top = Math.floor(place / columns) * cardHeight;
    if (top < box.current.scrollTop) box.current.scrollTop = top;
    const bottom = top + cardHeight - box.current.clientHeight;
    if (bottom > box.current.scrollTop) box.current.scrollTop = bottom;
    setScrolled(box.current.scrollTop);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = strides({
      columns,
      page: Math.max(1, Math.floor(height / cardHeight)) * columns,
      at,
      last: examples.length - 1,
    })[event.key];
    const example = examples[at];
    if (move !== undefined) go(at + move);
    else if ((event.key === 'Enter' || event.key === ' ') && example !== undefined) onChoose(example);
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={box}
      class="examples"
      role="listbox"
      aria-label="Examples. Arrows walk them; Enter shows one in Soft labels."
      aria-activedescendant={examples.length > 0 ? optionId(at) : undefined}
      tabIndex={0}
      onScroll={() => setScrolled(box.current?.scrollTop ?? 0)}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" class="examples-field" style={{ height: `${rows * cardHeight}px` }}>
        {[...shown].map((example, index) => {
          const place = first * columns + index;
          const [row, column] = [Math.floor(place / columns), place % columns];
          return (
            <div
              key={example}
              id={optionId(place)}
              role="option"
              class="example"
              title={`Show example ${example} in Soft labels`}
              aria-selected={place === at}
              aria-setsize={examples.length}
              aria-posinset={place + 1}
              style={{
                transform: `translateY(${row * cardHeight}px)`,
                left: `${(100 * column) / columns}%`,
                width: `${100 / columns}%`,
              }}
              onClick={() => {
                setAt(place);
                onChoose(example);
              }}
            >
              <ExamplePicture pictures={pictures} run={run} split={split} index={example} onProblem={onProblem} />
              <div class="example-words">{words(example)}</div>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function optionId(place: number): string {
  return `gallery-example-${place}`;
}

/** By how many examples each key moves. */
function strides({
  columns,
  page,
  at,
  last,
}: {
  columns: number;
  page: number;
  at: number;
  last: number;
}): Readonly<Record<string, number>> {
  return {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -page,
    PageDown: page,
    Home: -at,
    End: last - at,
  };
}
