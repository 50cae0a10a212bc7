import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { moveCursor, type Position } from './cellCursor.js';
import { layOut } from './matrixLayout.js';
import { longestName, paintMatrix } from './matrixPainter.js';
import type { Palette } from './palette.js';
import { useWidth } from '../hooks/useWidth.js';
import type { Cell, Side } from './cell.js';
import type { CellPointer } from './cellPointer.js';
import type { ClassOrder } from '../classOrder/classOrder.js';
import type { Theme } from '../../theme.js';
import './matrix.css';

export interface MatrixCanvasProps {
  readonly side: Side;
  /** `Confusion matrix of teacher, examples`. */
  readonly label: string;
  /** Of the classes. */
  readonly names: readonly string[];
  readonly order: ClassOrder;
  readonly pointer: CellPointer;
  readonly theme: Theme;
  readonly onOpen: (cell: Cell) => void;
  /** Of all cells in the order in which they are drawn, each as `byteOf` has it. */
  readonly tones: Uint8Array;
  readonly palette: Palette;
  /** How much the matrix is magnified: 1 shows all of it. */
  readonly zoom: number;
  readonly onZoom: (steps: number) => void;
  /** Id of the line that says in words what the cursor is on. */
  readonly readout: string;
}

/** A matrix of many classes as colours, with a cursor for mouse and keyboard. It scrolls in its own box. */
export function MatrixCanvas(props: MatrixCanvasProps): JSX.Element {
  const { side, label, tones, palette, names, order, pointer, theme, zoom, onZoom, onOpen, readout } = props;
  const room = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(room);
  const longest = useMemo(() => longestName(names, theme), [names, theme]);
  const layout = layOut({ width, longest, zoom });
  const { gutter, size } = layout;
  const cell = size / order.length;
  const [at, setAt] = useState<Position>({ row: 0, column: 0 });
  const places = useMemo(() => placesOf(order), [order]);

  const paint = (): void => {
    if (canvas.current === null || box.current === null || width === 0) return;
    const { scrollLeft: left, scrollTop: top } = box.current;
    const scale = window.devicePixelRatio;
    paintMatrix(canvas.current, { tones, side, order, names, layout, palette, theme, left, top, scale });
  };
  useLayoutEffect(paint, [tones, side, order, names, width, longest, zoom, palette, theme]);

  const cellAt = ({ row, column }: Position): Cell => ({ truth: order[row] ?? 0, answer: order[column] ?? 0 });
  const positionUnder = (event: MouseEvent): Position | null => {
    if (box.current === null) return null;
    const { left, top } = box.current.getBoundingClientRect();
    const [x, y] = [event.clientX - left - gutter, event.clientY - top - gutter];
    if (x < 0 || y < 0) return null;
    const column = Math.floor((x + box.current.scrollLeft) / cell);
    const row = Math.floor((y + box.current.scrollTop) / cell);
    return row < order.length && column < order.length ? { row, column } : null;
  };
  const go = (to: Position): void => {
    setAt(to);
    pointer.point({ side, ...cellAt(to) });
    if (box.current !== null) reveal(box.current, { at: to, cell, gutter });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onOpen(cellAt(at));
    } else if (event.key === '+' || event.key === '-') {
      event.preventDefault();
      onZoom(event.key === '+' ? 1 : -1);
    } else {
      const filled = (position: Position): boolean =>
        (tones[position.row * order.length + position.column] ?? 0) % 255 > 0;
      const to = moveCursor(event, { at, classes: order.length, filled });
      if (to === null) return;
      event.preventDefault();
      go(to);
    }
  };
  const onClick = (event: MouseEvent): void => {
    const position = positionUnder(event);
    if (position === null) return;
    setAt(position);
    onOpen(cellAt(position));
  };
  const onMouseMove = (event: MouseEvent): void => {
    const position = positionUnder(event);
    pointer.point(position === null ? null : { side, ...cellAt(position) });
  };
  const onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    onZoom(event.deltaY < 0 ? 1 : -1);
  };

  return (
    <div ref={room} class="matrix-room">
      <div
        ref={box}
        class="matrix-box"
        role="application"
        aria-roledescription="matrix"
        aria-label={`${label}. Arrows move the cursor, with Control to the next filled cell; Enter shows the examples.`}
        aria-describedby={readout}
        tabIndex={0}
        style={{ width: `${layout.box}px`, height: `${layout.box}px` }}
        onScroll={paint}
        onKeyDown={onKeyDown}
        onFocus={() => pointer.point({ side, ...cellAt(at) })}
        onMouseMove={onMouseMove}
        onMouseLeave={() => pointer.point(null)}
        onClick={onClick}
        onWheel={onWheel}
      >
        <div class="matrix-field" style={{ width: `${gutter + size}px`, height: `${gutter + size}px` }}>
          <canvas
            ref={canvas}
            class="matrix-canvas"
            aria-hidden="true"
            style={{ width: `${layout.box}px`, height: `${layout.box}px` }}
          />
          <CursorMark pointer={pointer} places={places} cell={cell} gutter={gutter} />
        </div>
      </div>
    </div>
  );
}

/** The frame around the cell that is pointed at, in whichever matrix. Follows the mouse without drawing the view again. */
function CursorMark({
  pointer,
  places,
  cell,
  gutter,
}: Pick<MatrixCanvasProps, 'pointer'> & { places: Int32Array; cell: number; gutter: number }): JSX.Element {
  const mark = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const show = (): void => {
      if (mark.current === null) return;
      const { pointed } = pointer;
      mark.current.hidden = pointed === null;
      if (pointed === null) return;
      const size = Math.max(5, cell);
      const middle = (index: number): number => gutter + ((places[index] ?? 0) + 0.5) * cell - size / 2;
      const { style } = mark.current;
      style.transform = `translate(${middle(pointed.answer)}px, ${middle(pointed.truth)}px)`;
      style.width = `${size}px`;
      style.height = `${size}px`;
    };
    show();
    return pointer.subscribe(show);
  }, [pointer, places, cell, gutter]);
  return <div ref={mark} class="matrix-mark" hidden />;
}

/** Where each class stands: the order, read the other way round. */
function placesOf(order: readonly number[]): Int32Array {
  const places = new Int32Array(order.length);
  for (const [place, index] of order.entries()) places[index] = place;
  return places;
}

/** Scrolls a cell into view, clear of the names. */
function reveal(box: HTMLElement, { at, cell, gutter }: { at: Position; cell: number; gutter: number }): void {
  const [x, y] = [at.column * cell, at.row * cell];
  const [width, height] = [box.clientWidth - gutter, box.clientHeight - gutter];
  if (x < box.scrollLeft) box.scrollLeft = x;
  else if (x + cell > box.scrollLeft + width) box.scrollLeft = x + cell - width;
  if (y < box.scrollTop) box.scrollTop = y;
  else if (y + cell > box.scrollTop + height) box.scrollTop = y + cell - height;
}
