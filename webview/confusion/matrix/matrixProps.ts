import type { Role } from '../../../src/core/spec/spec.js';
import type { MatrixProps as DrawnMatrixProps } from '../../parts/matrix/matrixCanvas.js';
import type { Measure } from './matrix.js';
import type { Ramp } from './ramp.js';

/** A matrix to be drawn, as a table or on a canvas. */
export interface MatrixProps extends Omit<DrawnMatrixProps, 'readout'> {
  /** [classes, classes] by class, not by place. */
  readonly values: Float64Array;
  readonly names: readonly string[];
  readonly ramp: Ramp;
  readonly measure: Measure;
  /** Whose it is; null for a difference. */
  readonly role: Role | null;
}
