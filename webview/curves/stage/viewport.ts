import type { ChartName } from '../metrics.js';
import { isWideEnough, within, type Range } from '../scene/range.js';

/** What a person zoomed to. All charts share x; each has its own y, in drawn units. */
export class Viewport {
  #x: Range | null = null;
  readonly #y = new Map<ChartName, Range>();

  get isZoomed(): boolean {
    return this.#x !== null || this.#y.size > 0;
  }

  /** The visible stretch of x: all of it, and with it the right end as it grows, until a person zooms. */
  x(whole: Range): Range {
    return this.#x ?? whole;
  }

  /** Null: the curves decide. */
  y(name: ChartName): Range | null {
    return this.#y.get(name) ?? null;
  }

  /** A stretch as wide as everything is no zoom: the curves are followed again. */
  setX(range: Range, whole: Range): void {
    if (!isWideEnough(range)) return;
    const inside = within(range, whole);
    this.#x = inside.min <= whole.min && inside.max >= whole.max ? null : inside;
  }

  setY(name: ChartName, range: Range): void {
    if (isWideEnough(range)) this.#y.set(name, range);
  }

  reset(): void {
    this.#x = null;
    this.#y.clear();
  }

  /** Heights mean something else now: another scale, another measure. */
  resetY(): void {
    this.#y.clear();
  }
}
