import { signal, type ReadonlySignal } from '@preact/signals-core';
import type { Cell, Side } from './cell.js';

export interface Pointed extends Cell {
  readonly side: Side;
}

/**
 * The cell under the mouse or the keyboard's cursor. It changes faster than the view should be drawn: only those who show
 * it are drawn with it.
 */
export class CellPointer {
  readonly #pointed = signal<Pointed | null>(null);

  get pointed(): ReadonlySignal<Pointed | null> {
    return this.#pointed;
  }

  point(at: Pointed | null): void {
    const before = this.#pointed.peek();
    if (before?.truth === at?.truth && before?.answer === at?.answer && before?.side === at?.side) return;
    this.#pointed.value = at;
  }
}
