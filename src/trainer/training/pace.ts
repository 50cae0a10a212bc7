/**
 * Milliseconds that one call should take: long enough to be worth it, short enough to log four times a second and to stop
 * in time. Of a network with 20 million weights a call by itself takes as long as a step.
 */
const wanted = 250;

/**
 * How many steps to make in one call. Fast steps are made several at a time, for a call has a price of its own; how
 * many changes nothing of what they compute.
 */
export class Pace {
  #stepTime: number | null = null;
  #since = performance.now();

  constructor(private readonly most: number) {}

  /** Steps for the next call: at least one, at most what is left. */
  steps(left: number): number {
    const steps = this.#stepTime === null ? 1 : Math.floor(wanted / Math.max(this.#stepTime, 1e-3));
    return Math.max(1, Math.min(steps, this.most, left));
  }

  /** So many steps have been made since the last call, or since `restart`. */
  made(count: number): void {
    const now = performance.now();
    this.#stepTime = (now - this.#since) / count;
    this.#since = now;
  }

  /** What went before was something else than steps. */
  restart(): void {
    this.#since = performance.now();
  }
}
