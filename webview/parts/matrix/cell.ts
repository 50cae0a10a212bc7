/** A cell by its classes, whatever the order in which they are drawn. */
export interface Cell {
  readonly truth: number;
  readonly answer: number;
}

/** Which of the matrices that stand side by side: a difference has colours of its own. */
export type Side = 'first' | 'second' | 'difference';
