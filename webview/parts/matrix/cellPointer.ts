import type { Cell, Side } from './cell.js';

export interface Pointed extends Cell {
  readonly side: Side;
}

/**
 * The cell under the mouse or the keyboard's cursor. It changes faster than the view should be drawn: those who show it
 * listen.
 */
export class CellPointer {
  readonly #listeners = new Set<() => void>();
  #pointed: Pointed | null = null;

  get pointed(): Pointed | null {
    return this.#pointed;
  }

  point(at: Pointed | null): void {
    const before = this.#pointed;
    if (before?.truth === at?.truth && before?.answer === at?.answer && before?.side === at?.side) return;
    this.#pointed = at;
    for (const listener of [...this.#listeners]) listener();
  }

  /** @returns a function that ends it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
