import type { Stretch } from '../chart/chart.js';

/** What gestures ask of a chart. Pixels are CSS pixels of the plotting area, from its left and its top. */
export interface GestureTarget {
  /** The pointer is at a place, or left. */
  point(left: number | null): void;
  /** A stretch is being drawn up; null: no more. */
  mark(stretch: Stretch | null): void;
  zoomTo(stretch: Stretch): void;
  /** Wider (factor > 1) or narrower about a place; null: about the cursor. */
  zoomAbout(axis: 'x' | 'y', at: number | null, factor: number): void;
  pan(by: { left: number; top: number }): void;
  reset(): void;
  /** Moves the cursor by points of the curve. */
  step(by: number): void;
  /** To the first or the last visible point. */
  jump(to: 'first' | 'last'): void;
}

/** Shorter drags are clicks. */
const shortestDrag = 4;

interface Drag {
  readonly kind: 'x' | 'y' | 'pan';
  readonly pointer: number;
  readonly left: number;
  readonly top: number;
  latest: { left: number; top: number };
}

/**
 * Pointer, wheel and keys over a chart.
 * @param over the plotting area
 * @param frame what has the focus
 * @returns a function that takes all listeners away
 */
export function attachGestures(over: HTMLElement, frame: HTMLElement, target: GestureTarget): () => void {
  const listeners = new AbortController();
  const { signal } = listeners;
  let drag: Drag | null = null;
  let isSpaceDown = false;
  let isInside = false;

  const placeOf = (event: MouseEvent): { left: number; top: number } => {
    const { left, top } = over.getBoundingClientRect();
    return { left: event.clientX - left, top: event.clientY - top };
  };

  over.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button > 1) return;
      event.preventDefault();
      frame.focus({ preventScroll: true });
      over.setPointerCapture(event.pointerId);
      const place = placeOf(event);
      const kind = event.button === 1 || isSpaceDown ? 'pan' : event.shiftKey ? 'y' : 'x';
      drag = { kind, pointer: event.pointerId, ...place, latest: place };
    },
    { signal },
  );
  over.addEventListener(
    'pointermove',
    (event) => {
      const place = placeOf(event);
      target.point(place.left);
      if (drag?.pointer !== event.pointerId) return;
      if (drag.kind === 'pan') target.pan({ left: place.left - drag.latest.left, top: place.top - drag.latest.top });
      else target.mark(stretchOf(drag, place));
      drag.latest = place;
    },
    { signal },
  );
  over.addEventListener(
    'pointerup',
    (event) => {
      if (drag?.pointer !== event.pointerId) return;
      const { kind } = drag;
      const stretch = stretchOf(drag, placeOf(event));
      drag = null;
      target.mark(null);
      if (kind !== 'pan' && Math.abs(stretch.to - stretch.from) >= shortestDrag) target.zoomTo(stretch);
    },
    { signal },
  );
  const giveUp = (): void => {
    drag = null;
    target.mark(null);
  };
  over.addEventListener('pointercancel', giveUp, { signal });
  over.addEventListener('pointerenter', () => (isInside = true), { signal });
  over.addEventListener(
    'pointerleave',
    () => {
      isInside = false;
      if (drag === null) target.point(null);
    },
    { signal },
  );
  over.addEventListener('dblclick', () => target.reset(), { signal });
  over.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const place = placeOf(event);
      // With Shift, some systems turn the wheel sideways.
      const turn = (event.deltaY || event.deltaX) * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1);
      const factor = Math.exp(Math.max(-240, Math.min(240, turn)) * 0.0025);
      if (event.shiftKey) target.zoomAbout('y', place.top, factor);
      else target.zoomAbout('x', place.left, factor);
    },
    { signal, passive: false },
  );
  window.addEventListener(
    'keydown',
    (event) => {
      const isOurs = isInside || document.activeElement === frame;
      if (event.key !== ' ' || !isOurs || (event.target !== frame && event.target !== document.body)) return;
      event.preventDefault();
      isSpaceDown = true;
    },
    { signal },
  );
  window.addEventListener('keyup', (event) => (isSpaceDown = isSpaceDown && event.key !== ' '), { signal });
  window.addEventListener('blur', () => (isSpaceDown = false), { signal });
  frame.addEventListener(
    'keydown',
    (event) => {
      if (drag !== null && event.key === 'Escape') giveUp();
      else if (!handleKey(event, target, over)) return;
      event.preventDefault();
    },
    { signal },
  );
  return () => listeners.abort();
}

/** @returns whether the key meant something */
function handleKey(event: KeyboardEvent, target: GestureTarget, over: HTMLElement): boolean {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
  if (metaKey || altKey) return false;
  const quarter = over.clientWidth / 4;
  switch (key) {
    case 'ArrowLeft':
      if (ctrlKey) target.pan({ left: quarter, top: 0 });
      else target.step(shiftKey ? -10 : -1);
      return true;
    case 'ArrowRight':
      if (ctrlKey) target.pan({ left: -quarter, top: 0 });
      else target.step(shiftKey ? 10 : 1);
      return true;
    case 'Home':
      target.jump('first');
      return true;
    case 'End':
      target.jump('last');
      return true;
    case '+':
    case '=':
      target.zoomAbout('x', null, 0.5);
      return true;
    case '-':
      target.zoomAbout('x', null, 2);
      return true;
    case '0':
    case 'Escape':
      target.reset();
      return true;
    default:
      return false;
  }
}

function stretchOf(drag: Drag, { left, top }: { left: number; top: number }): Stretch {
  return drag.kind === 'y' ? { axis: 'y', from: drag.top, to: top } : { axis: 'x', from: drag.left, to: left };
}
