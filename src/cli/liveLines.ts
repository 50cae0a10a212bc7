import { harmlessLines } from '../core/words.js';
import { displayWidth } from './displayWidth.js';
import type { Terminal } from './output.js';

/** Milliseconds between two drawings: ten a second. */
const interval = 100;

/**
 * Lines at the bottom of a terminal that change while other text scrolls past above them. Drawn at most ten times a
 * second; nothing stays of them after `clear`.
 */
export class LiveLines {
  readonly #terminal: Terminal;
  /** The lines as they should be now; each at most as wide as it is told. */
  readonly #lines: (width: number) => readonly string[];
  #drawn: readonly string[] = [];
  #lastTime = -Infinity;
  #timer: NodeJS.Timeout | null = null;

  constructor(terminal: Terminal, lines: (width: number) => readonly string[]) {
    this.#terminal = terminal;
    this.#lines = lines;
  }

  /** Says that the lines have changed. */
  changed(): void {
    if (this.#timer !== null) return;
    const wait = this.#lastTime + interval - performance.now();
    if (wait <= 0) this.#draw();
    else this.#timer = setTimeout(() => this.#draw(), wait);
  }

  /** Writes above the lines something that stays. */
  print(text: string): void {
    this.#terminal.write(`${this.#erasure()}${harmlessLines(text)}\n`);
    this.#drawn = [];
    this.#draw();
  }

  /** Takes the lines away. */
  clear(): void {
    this.#cancel();
    if (this.#drawn.length > 0) this.#terminal.write(this.#erasure());
    this.#drawn = [];
  }

  #draw(): void {
    this.#cancel();
    this.#lastTime = performance.now();
    const { columns, rows } = this.#terminal;
    // A line that fills the last column makes some terminals wrap.
    const lines = this.#lines(columns - 1).slice(0, Math.max(1, rows - 1));
    const text = `${this.#erasure()}${lines.join('\n')}`;
    this.#drawn = lines;
    if (text !== '') this.#terminal.write(text);
  }

  /** Goes back to where the lines begin and erases from there; the window may have become narrower meanwhile. */
  #erasure(): string {
    if (this.#drawn.length === 0) return '';
    const { columns } = this.#terminal;
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(visibleWidth(line) / columns)), 0);
    return `${rows > 1 ? `\x1b[${rows - 1}A` : ''}\r\x1b[J`;
  }

  #cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

/** The width of a line without its colours. */
function visibleWidth(line: string): number {
  return displayWidth(
    line
      .split('\x1b[')
      .map((part, at) => (at === 0 ? part : part.replace(/^[\d;]*m/, '')))
      .join(''),
  );
}
