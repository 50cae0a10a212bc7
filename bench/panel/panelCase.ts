import type { Page } from 'playwright-core';

/** What a case measures with. */
export interface PanelBench {
  /** Opens the panel on run folders in a window of its own. `opened` is when, by the page's clock: 0. */
  open(runs: readonly string[]): Promise<Page>;
  /** A folder for what is made for the bench; deleted afterwards. */
  readonly folder: string;
}

/** Milliseconds, one figure a frame or an attempt. */
export interface Figures {
  readonly what: string;
  readonly times: readonly number[];
  /** What the median and, with `all`, the 95th percentile too must stay under; null: for information. */
  readonly bound: { readonly milliseconds: number; readonly of: 'median' | 'all' } | null;
}

/** Something of the panel that is promised to be fast. */
export interface PanelCase {
  readonly name: string;
  readonly measure: (bench: PanelBench) => Promise<readonly Figures[]>;
}

/** What test/webview/bench/frameProbe.ts adds to the page. */
declare function frameProbe(gesture: Gesture): Promise<FrameTimes>;
declare function whenPainted(wanted: { runs: number; loggedAt: number }): Promise<number>;

declare function takePauses(): number[];

export interface Gesture {
  /** An element, by CSS. */
  readonly on: string;
  readonly kind: 'zoom' | 'pan' | 'slide';
  readonly frames: number;
}

/** Milliseconds of the page's own script in each frame, and from frame to frame. */
export interface FrameTimes {
  readonly script: readonly number[];
  readonly frame: readonly number[];
}

export async function framesOf(page: Page, gesture: Gesture): Promise<FrameTimes> {
  return page.evaluate((wanted) => frameProbe(wanted), gesture);
}

/** When all of so many runs were on screen up to what was logged at a time, in milliseconds since the page was asked for. */
export async function paintedAfter(page: Page, wanted: { runs: number; loggedAt: number }): Promise<number> {
  return page.evaluate((all) => whenPainted(all), wanted);
}

/** How long nothing else had a turn on the page, each time since the last call; 0 where it was never for long. */
export async function pausesOf(page: Page): Promise<readonly number[]> {
  return [0, ...(await page.evaluate(() => takePauses()))];
}

/** The share-th quantile, the nearest of the values that were measured. */
export function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** A sentence for every promise that was not kept. */
export function broken(name: string, { what, times, bound }: Figures): string[] {
  if (bound === null) return [];
  const measured = bound.of === 'all' ? { median: 0.5, '95 %': 0.95 } : { median: 0.5 };
  return Object.entries(measured).flatMap(([title, share]) => {
    const time = quantile(times, share);
    if (time < bound.milliseconds) return [];
    return [`${name}, ${what}: ${title} ${time.toFixed(1)} ms, promised are under ${bound.milliseconds} ms.`];
  });
}
