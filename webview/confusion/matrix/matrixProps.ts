import type { Role } from '../../../src/core/spec/spec.js';
import type { Theme } from '../../theme.js';
import type { CellPointer } from '../../parts/matrix/cellPointer.js';
import type { ClassOrder } from '../../parts/classOrder/classOrder.js';
import type { Measure } from './matrix.js';
import type { Ramp } from './ramp.js';
import type { Cell, Side } from '../../parts/matrix/cell.js';

/** A matrix to be drawn, as a table or on a canvas. */
export interface MatrixProps {
  readonly side: Side;
  /** `Confusion matrix of teacher, examples`. */
  readonly label: string;
  /** [classes, classes] by class, not by place. */
  readonly values: Float64Array;
  readonly names: readonly string[];
  readonly order: ClassOrder;
  readonly ramp: Ramp;
  readonly measure: Measure;
  /** Whose it is; null for a difference. */
  readonly role: Role | null;
  readonly pointer: CellPointer;
  readonly theme: Theme;
  readonly onOpen: (cell: Cell) => void;
}
