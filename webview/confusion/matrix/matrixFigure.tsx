import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { Legend } from './legend.js';
import { ColouredMatrix } from '../../parts/matrix/colouredMatrix.js';
import { mostNumberedClasses } from '../../parts/matrix/numberedShapes.js';
import type { MatrixProps } from './matrixProps.js';
import { MatrixTable } from './matrixTable.js';
import { Palette } from '../../parts/matrix/palette.js';
import { onDemand } from '../../parts/onDemand.js';
import { readoutId } from './readout.js';
import { tonesOf } from './ramp.js';

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
      {order.length <= mostNumberedClasses ? <MatrixTable {...props} /> : <ToneMatrix {...props} />}
    </figure>
  );
}

function ToneMatrix(props: MatrixFigureProps): JSX.Element {
  const { side, values, order, ramp, role, theme } = props;
  const tones = useMemo(() => onDemand(() => tonesOf(values, { order, ramp, side })), [values, order, ramp, side]);
  const palette = useMemo(() => new Palette(theme, role), [theme, role]);
  return <ColouredMatrix {...props} tones={tones} palette={palette} readout={readoutId} />;
}
