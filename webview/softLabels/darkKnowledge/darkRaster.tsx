import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { MatrixCanvasProps } from '../../parts/matrix/matrixCanvas.js';
import { MatrixCanvas } from '../../parts/matrix/matrixCanvas.js';
import type { DarkKnowledge, DarkMatrix } from './darkKnowledge.js';
import { darkPalette, darkTones, sideOf } from './darkTones.js';

interface DarkRasterProps extends Pick<
  MatrixCanvasProps,
  'names' | 'order' | 'pointer' | 'theme' | 'zoom' | 'onZoom' | 'onOpen' | 'readout'
> {
  readonly dark: DarkKnowledge;
  readonly matrix: DarkMatrix;
  readonly label: string;
}

/** A matrix of many classes, drawn as those of Confusion are. */
export function DarkRaster({ dark, matrix, order, theme, ...rest }: DarkRasterProps): JSX.Element {
  const tones = useMemo(() => darkTones(dark, matrix, order), [dark, matrix, order]);
  const palette = useMemo(() => darkPalette(theme, matrix), [theme, matrix.kind]);
  return <MatrixCanvas side={sideOf(matrix)} {...{ tones, palette, order, theme }} {...rest} />;
}
