import type { JSX } from 'preact';
import { Legend } from './legend.js';
import { MatrixCanvas } from './matrixCanvas.js';
import type { MatrixProps } from './matrixProps.js';
import { MatrixTable } from './matrixTable.js';
import { readoutId } from './readout.js';

/** Up to this many classes cells carry numbers. */
export const mostNumberedClasses = 20;

export interface MatrixFigureProps extends MatrixProps {
  readonly title: string;
  readonly zoom: number;
  readonly onZoom: (steps: number) => void;
}

/** A matrix under its name, with what its colours mean. */
export function MatrixFigure(props: MatrixFigureProps): JSX.Element {
  const { title, side, role, ramp, order } = props;
  return (
    <figure class={`matrix ${side}`} data-side={side}>
      <figcaption>
        <h3 class={role ?? ''}>{title}</h3>
        <Legend ramp={ramp} role={role} />
      </figcaption>
      {order.length <= mostNumberedClasses ? (
        <MatrixTable {...props} />
      ) : (
        <MatrixCanvas {...props} readout={readoutId} />
      )}
    </figure>
  );
}
