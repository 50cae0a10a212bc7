import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { smallFont, type Shape } from '../../export/shapes.js';
import type { Theme } from '../../theme.js';
import type { ClassOrder } from '../classOrder/classOrder.js';
import { usePixelRatio } from '../hooks/usePixelRatio.js';
import type { Cell, Side } from './cell.js';
import { moveCursor, type Position } from './cellCursor.js';
import type { CellPointer, Pointed } from './cellPointer.js';
import './matrix.css';
import { isMagnified, type MatrixLayout } from './matrixLayout.js';
import type { Scroll } from './matrixShapes.js';
import { paintOn } from '../../export/paintShapes.js';

/** What a matrix has to do with those who look at it, however it is drawn. */
export interface MatrixProps {
  readonly side: Side;
  /** `Confusion matrix of teacher, examples`. */
  readonly label: string;
  readonly order: ClassOrder;
  readonly pointer: CellPointer;
  readonly theme: Theme;
  readonly onOpen: (cell: Cell) => void;
  /** Id of the line that says in words what the cursor is on. */
  readonly readout: string;
}

interface MatrixCanvasProps extends MatrixProps {
  readonly layout: MatrixLayout;
  /** What is drawn where the cells are scrolled: the same function while it stays the same. Null: nothing for now. */
  readonly shapes: ((scroll: Scroll) => readonly Shape[]) | null;
  /** Whether a cell holds something that Control and an arrow stop at. */
  readonly filled: (position: Position) => boolean;
  /**
   * What has to be computed before it is painted, where that takes a while: it has a turn of its own then, and so has the
   * painting, since several are painted at once. The same function while it stays the same.
   */
  readonly prepare?: () => unknown;
  readonly onZoom?: (steps: number) => void;
}

/** A matrix that is drawn, with a cursor for mouse and keyboard. Where it is magnified it scrolls in its own box. */
export function MatrixCanvas(props: MatrixCanvasProps): JSX.Element {
  const { side, label, order, pointer, theme, onOpen, readout, layout, shapes, filled, prepare, onZoom } = props;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const mark = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<Position>({ row: 0, column: 0 });
  const scale = usePixelRatio();
  const { left, top, cell, width, height } = layout;
  const classes = order.length;
  // Names stay where they are while the cells scroll.
  const areNamesFixed = isMagnified(layout, classes);
  const field = areNamesFixed
    ? { width: left + cell.width * classes, height: top + cell.height * classes }
    : { width, height };

  const paint = (): void => {
    if (canvas.current === null || box.current === null || shapes === null) return;
    const scroll = { left: box.current.scrollLeft, top: box.current.scrollTop };
    const font = { size: smallFont(theme), fontFamily: theme.fontFamily };
    paintOn(canvas.current, { width, height, shapes: shapes(scroll), font });
  };
  useLayoutEffect(() => {
    if (prepare === undefined) {
      paint();
      return undefined;
    }
    let timer = setTimeout(() => {
      prepare();
      timer = setTimeout(paint);
    });
    return () => clearTimeout(timer);
  }, [shapes, width, height, theme, scale, prepare]);
  useMark(mark, { pointer, order, layout });

  const cellAt = ({ row, column }: Position): Cell => ({ truth: order[row] ?? 0, answer: order[column] ?? 0 });
  const positionUnder = (event: MouseEvent): Position | null => {
    if (box.current === null) return null;
    const edge = box.current.getBoundingClientRect();
    const [x, y] = [event.clientX - edge.left - left, event.clientY - edge.top - top];
    if (areNamesFixed && (x < 0 || y < 0)) return null;
    const column = Math.floor((x + box.current.scrollLeft) / cell.width);
    const row = Math.floor((y + box.current.scrollTop) / cell.height);
    const isInside = (place: number): boolean => place >= 0 && place < classes;
    return isInside(row) && isInside(column) ? { row, column } : null;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') {
      onOpen(cellAt(at));
    } else if (onZoom !== undefined && (event.key === '+' || event.key === '-')) {
      onZoom(event.key === '+' ? 1 : -1);
    } else {
      const to = moveCursor(event, { at, classes, filled });
      if (to === null) return;
      setAt(to);
      pointer.point({ side, ...cellAt(to) });
      mark.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    event.preventDefault();
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
    if (!event.ctrlKey || onZoom === undefined) return;
    event.preventDefault();
    onZoom(event.deltaY < 0 ? 1 : -1);
  };

  return (
    <div
      ref={box}
      class="matrix-box"
      role="application"
      aria-roledescription="matrix"
      aria-label={`${label}. Arrows move the cursor, with Control to the next filled cell; Enter shows the examples.`}
      aria-describedby={readout}
      tabIndex={0}
      style={{
        width: `${width}px`,
        height: areNamesFixed ? `${height}px` : undefined,
        scrollPadding: areNamesFixed ? `${top}px 0 0 ${left}px` : undefined,
      }}
      onScroll={paint}
      onKeyDown={onKeyDown}
      onFocus={() => pointer.point({ side, ...cellAt(at) })}
      onMouseMove={onMouseMove}
      onMouseLeave={() => pointer.point(null)}
      onClick={onClick}
      onWheel={onWheel}
    >
      <div class="matrix-field" style={{ width: `${field.width}px`, height: `${field.height}px` }}>
        <canvas ref={canvas} class="matrix-canvas" aria-hidden="true" />
        <div ref={mark} class="matrix-mark" hidden />
      </div>
    </div>
  );
}

/** The frame around the cell that is pointed at, in whichever matrix. Follows the mouse without drawing the view again. */
function useMark(
  mark: { readonly current: HTMLElement | null },
  { pointer, order, layout }: Pick<MatrixCanvasProps, 'pointer' | 'order' | 'layout'>,
): void {
  const places = useMemo(() => placesOf(order), [order]);
  useLayoutEffect(() => {
    const { left, top, cell } = layout;
    const show = (pointed: Pointed | null): void => {
      if (mark.current === null) return;
      mark.current.hidden = pointed === null;
      if (pointed === null) return;
      const [width, height] = [Math.max(5, cell.width), Math.max(5, cell.height)];
      const x = left + ((places[pointed.answer] ?? 0) + 0.5) * cell.width - width / 2;
      const y = top + ((places[pointed.truth] ?? 0) + 0.5) * cell.height - height / 2;
      const { style } = mark.current;
      style.transform = `translate(${x}px, ${y}px)`;
      style.width = `${width}px`;
      style.height = `${height}px`;
    };
    return pointer.pointed.subscribe(show);
  }, [pointer, places, layout]);
}

/** Where each class stands: the order, read the other way round. */
function placesOf(order: readonly number[]): Int32Array {
  const places = new Int32Array(order.length);
  for (const [place, index] of order.entries()) places[index] = place;
  return places;
}
