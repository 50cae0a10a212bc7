/**
 * Runs in the page before its own scripts: measures how long the page's scripts work in each frame, and how long frames
 * take, while gestures are made in it.
 */
export interface FrameTimes {
  /** Milliseconds of the page's own script in each frame: handlers of events and of animation frames. */
  readonly script: readonly number[];
  /** Milliseconds from frame to frame. */
  readonly frame: readonly number[];
}

export interface Gesture {
  /** An element, by CSS. */
  readonly on: string;
  readonly kind: 'zoom' | 'pan' | 'slide';
  readonly frames: number;
}

declare global {
  interface Window {
    frameProbe: (gesture: Gesture) => Promise<FrameTimes>;
    /** When the last of so many runs was painted with what was logged at that time, since the page was asked for. */
    whenPainted: (wanted: { runs: number; loggedAt: number }) => Promise<number>;
    /** Milliseconds of each time that the page was busy and nothing else had a turn, since the last call. */
    takePauses: () => number[];
  }
}

const nextFrame = window.requestAnimationFrame.bind(window);
let spent = 0;

function timed<A extends unknown[]>(work: (...args: A) => unknown): (...args: A) => void {
  return (...args) => {
    const start = performance.now();
    work(...args);
    // Preact draws in a microtask, layout effects in it may ask for another: they belong to the same work.
    void afterMicrotasks(8).then(() => {
      spent += performance.now() - start;
    });
  };
}

async function afterMicrotasks(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
}

window.requestAnimationFrame = (callback) => nextFrame(timed(callback));

window.whenPainted = async ({ runs, loggedAt }) => {
  for (;;) {
    const first = new Map<string, number>();
    for (const mark of performance.getEntriesByName('painted')) {
      if (!(mark instanceof PerformanceMark)) continue;
      const detail = mark.detail as { run: string; loggedAt: number };
      if (detail.loggedAt >= loggedAt && !first.has(detail.run)) first.set(detail.run, mark.startTime);
    }
    if (first.size >= runs) return Math.max(...first.values());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** How often the page is asked for a turn, in milliseconds. */
const beat = 4;
let pauses: number[] = [];
let busySince = performance.now();

setInterval(() => {
  const now = performance.now();
  const pause = now - busySince - beat;
  if (pause > beat) pauses.push(pause);
  busySince = now;
}, beat);

// What the way of the answers into this page takes is the way of a browser without an editor, and not counted.
addEventListener('message', () => {
  busySince = performance.now();
});

window.takePauses = () => {
  const taken = pauses;
  pauses = [];
  return taken;
};

window.frameProbe = async ({ on, kind, frames }) => {
  const element = document.querySelector<HTMLElement>(on);
  if (element === null) throw new Error(`the page has no ${on}`);
  const box = element.getBoundingClientRect();
  const act = timed(gestures[kind]);
  const script: number[] = [];
  const frame: number[] = [];
  let latest = 0;
  for (let number = 0; number <= frames; number++) {
    const now = await new Promise<number>((resolve) => nextFrame(resolve));
    if (number > 0) {
      script.push(spent);
      frame.push(now - latest);
    }
    latest = now;
    spent = 0;
    act({ element, box, number });
  }
  return { script, frame };
};

interface Act {
  readonly element: HTMLElement;
  readonly box: DOMRect;
  readonly number: number;
}

const gestures: Record<Gesture['kind'], (act: Act) => void> = {
  /** In for 30 frames, out for 30, about a point right of the middle. */
  zoom({ element, box, number }) {
    const init = { bubbles: true, cancelable: true, clientX: box.left + 0.6 * box.width, clientY: box.top + 20 };
    element.dispatchEvent(new WheelEvent('wheel', { ...init, deltaY: number % 60 < 30 ? -40 : 40 }));
  },
  /** Zooms in, then drags to and fro with the middle button. */
  pan({ element, box, number }) {
    const clientX = box.left + box.width / 2 + 0.15 * box.width * Math.sin(number / 8);
    const init = { bubbles: true, cancelable: true, pointerId: 1, button: 1, clientX, clientY: box.top + 20 };
    if (number === 0) {
      // No real pointer is down that could be captured.
      element.setPointerCapture = () => undefined;
      element.dispatchEvent(new WheelEvent('wheel', { ...init, deltaY: -240 }));
      element.dispatchEvent(new WheelEvent('wheel', { ...init, deltaY: -240 }));
      element.dispatchEvent(new PointerEvent('pointerdown', init));
    } else {
      element.dispatchEvent(new PointerEvent('pointermove', init));
    }
  },
  /** Moves an `<input type="range">` over its whole range and back. */
  slide({ element, number }) {
    if (!(element instanceof HTMLInputElement)) throw new Error('only a range can be slid');
    const [min, max] = [Number(element.min), Number(element.max)];
    element.value = String(min + ((max - min) * (1 - Math.cos(number / 20))) / 2);
    element.dispatchEvent(new Event('input', { bubbles: true }));
  },
};
