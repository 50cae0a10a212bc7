import type { RunKey } from '../../../src/panel/protocol.js';

/** What is noted about a frame in which new steps of a run became visible. */
export interface PaintedDetail {
  readonly run: RunKey;
  /** When the newest of these steps was logged, in milliseconds since 1970. */
  readonly loggedAt: number;
}

const name = 'painted';
const mostMarks = 4000;
const keptMarks = 2000;

/**
 * Leaves a performance mark `painted` for every run whose new steps were painted, so that the way from the log to the
 * screen can be measured: `performance.getEntriesByName('painted')`.
 */
export class PaintMarks {
  readonly #channel = new MessageChannel();
  readonly #marked = new Map<RunKey, number>();
  #waiting: PaintedDetail[] = [];
  #count = 0;

  constructor() {
    this.#channel.port1.onmessage = () => this.#leave();
  }

  /** Called while a frame is made: the message arrives after it was painted. */
  note(details: readonly PaintedDetail[]): void {
    const news = details.filter(({ run, loggedAt }) => loggedAt > 0 && this.#marked.get(run) !== loggedAt);
    if (news.length === 0) return;
    for (const { run, loggedAt } of news) this.#marked.set(run, loggedAt);
    if (this.#waiting.length === 0) this.#channel.port2.postMessage(null);
    this.#waiting.push(...news);
  }

  close(): void {
    this.#channel.port1.close();
  }

  #leave(): void {
    for (const detail of this.#waiting) performance.mark(name, { detail });
    this.#count += this.#waiting.length;
    this.#waiting = [];
    if (this.#count > mostMarks) this.#forgetOld();
  }

  #forgetOld(): void {
    const latest = performance.getEntriesByName(name, 'mark').slice(-keptMarks);
    performance.clearMarks(name);
    for (const mark of latest) {
      if (mark instanceof PerformanceMark)
        performance.mark(name, { startTime: mark.startTime, detail: mark.detail as unknown });
    }
    this.#count = latest.length;
  }
}
