import type { Frames } from '../../../webview/softLabels/temperature.js';

/** Frames and a clock that the test turns itself. */
export class TurnedByHand implements Frames {
  #frame: (() => void)[] = [];
  readonly #timers = new Set<{ at: number; callback: () => void }>();
  #time = 0;

  request(callback: () => void): void {
    this.#frame.push(callback);
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#time + milliseconds, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  frame(): void {
    const callbacks = this.#frame;
    this.#frame = [];
    for (const callback of callbacks) callback();
  }

  pass(milliseconds: number): void {
    this.#time += milliseconds;
    for (const timer of [...this.#timers]) {
      if (timer.at > this.#time) continue;
      this.#timers.delete(timer);
      timer.callback();
    }
  }
}

/** When all that was asked of `testSums` has been answered: each message and each turn of its worker is one `setImmediate`. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 500; turn++) await new Promise((resolve) => setImmediate(resolve));
}
