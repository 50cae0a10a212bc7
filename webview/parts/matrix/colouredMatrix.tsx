import type { JSX } from 'preact';
import { useCallback, useMemo, useRef } from 'preact/hooks';
import { useWidth } from '../hooks/useWidth.js';
import { MatrixCanvas, type MatrixProps } from './matrixCanvas.js';
import { layOut, longestName } from './matrixLayout.js';
import { matrixShapes, type ColouredMatrix as Colours, type Scroll } from './matrixShapes.js';

interface ColouredMatrixProps extends MatrixProps, Pick<Colours, 'names' | 'palette'> {
  /** Of all cells in the order in which they are drawn, each as `byteOf` has it: asked for when they are painted. */
  readonly tones: () => Uint8Array;
  /** How much the matrix is magnified: 1 shows all of it. */
  readonly zoom: number;
  readonly onZoom: (steps: number) => void;
}

/** A matrix of many classes as colours, as large as there is room. */
export function ColouredMatrix(props: ColouredMatrixProps): JSX.Element {
  const { side, order, theme, tones, names, palette, zoom, onZoom } = props;
  const room = useRef<HTMLDivElement>(null);
  const width = useWidth(room);
  const longest = useMemo(() => longestName(names, theme), [names, theme]);
  const classes = order.length;
  const layout = useMemo(() => layOut({ width, longest, zoom, classes }), [width, longest, zoom, classes]);
  const shapes = useCallback(
    (scroll: Scroll) => matrixShapes({ tones: tones(), side, order, names, palette, theme }, layout, scroll),
    [tones, side, order, names, palette, theme, layout],
  );
  return (
    <div ref={room} class="matrix-room">
      <MatrixCanvas
        {...props}
        layout={layout}
        shapes={width === 0 ? null : shapes}
        filled={({ row, column }) => (tones()[row * classes + column] ?? 0) % 255 > 0}
        onZoom={onZoom}
        prepare={tones}
      />
    </div>
  );
}
