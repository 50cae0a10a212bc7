import type { JSX } from 'preact';
import { useLayoutEffect, useMemo } from 'preact/hooks';
import type { CellPointer } from '../../parts/matrix/cellPointer.js';
import type { ClassOrder } from '../../parts/classOrder/classOrder.js';
import type { Theme } from '../../theme.js';
import { kindTitle, scaleWords, type DarkKnowledge, type DarkMatrix } from './darkKnowledge.js';
import { DarkRaster } from './darkRaster.js';
import { darkReadoutId } from './darkReadout.js';
import { sideOf } from './darkTones.js';
import { DrawnElsewhere } from '../../parts/drawnElsewhere.js';
import { columnsOf, type Examples } from '../examples.js';
import { MatrixCanvas } from './matrixCanvas.js';
import { mostNumbered } from './numberPainter.js';
import { usePixelRatio } from '../../parts/hooks/usePixelRatio.js';
import type { Cell } from '../../parts/matrix/cell.js';

interface DarkMatricesProps {
  readonly examples: Examples;
  readonly dark: DarkKnowledge | null;
  readonly order: ClassOrder;
  /** Of the classes. */
  readonly names: readonly string[];
  readonly theme: Theme;
  readonly zoom: number;
  readonly onZoom: (steps: number) => void;
  readonly pointer: CellPointer;
  readonly onOpen: (cell: Cell, kind: DarkMatrix['kind']) => void;
  /** Whether any of it is on the screen. */
  readonly isSeen: boolean;
}

/** The matrices side by side: teacher, run, baseline, and run less teacher. */
export function DarkMatrices(props: DarkMatricesProps): JSX.Element {
  const { examples, names } = props;
  const subject = examples.subject.role;
  const isNumbered = names.length <= mostNumbered;
  const kinds = useMemo<readonly DarkMatrix['kind'][]>(
    () => [
      ...columnsOf(examples).map(({ role }) => role),
      ...(examples.teacher === null ? [] : ['difference' as const]),
    ],
    [examples.teacher === null, examples.baseline === null, subject],
  );
  const canvases = useCanvases(props, isNumbered ? kinds : none);
  return (
    <div class={isNumbered ? 'sl-matrices' : 'sl-matrices sl-many'}>
      {kinds.map((kind, at) => (
        <figure key={kind}>
          <figcaption class={kind}>
            {kindTitle(kind, subject)}
            {props.dark !== null && <span class="muted sl-scale">{scaleWords(props.dark, kind)}</span>}
          </figcaption>
          {isNumbered ? (
            <DrawnElsewhere class="sl-matrix-box" element={canvases[at]?.element} />
          ) : (
            <Raster {...props} kind={kind} />
          )}
        </figure>
      ))}
    </div>
  );
}

const none: readonly DarkMatrix['kind'][] = [];

/** Of few classes: drawn with their numbers at every frame in which the temperature moves. */
function useCanvases(
  { dark, order, names, theme, pointer, onOpen, isSeen }: DarkMatricesProps,
  kinds: readonly DarkMatrix['kind'][],
): readonly MatrixCanvas[] {
  const canvases = useMemo(() => {
    const onPoint = (cell: Cell, kind: DarkMatrix['kind']): void => pointer.point({ side: sideOf({ kind }), ...cell });
    return kinds.map(() => new MatrixCanvas({ names, onPoint, onOpen }));
  }, [kinds, names, pointer, onOpen]);
  const scale = usePixelRatio();
  useLayoutEffect(() => {
    if (isSeen) dark?.matrices.forEach((matrix, at) => canvases[at]?.draw({ dark, matrix, order, theme }));
  }, [dark, canvases, order, theme, isSeen, scale]);
  return canvases;
}

function Raster({ dark, kind, onOpen, ...rest }: DarkMatricesProps & { kind: DarkMatrix['kind'] }): JSX.Element | null {
  const matrix = dark?.matrices.find((each) => each.kind === kind);
  if (dark === null || matrix === undefined) return null;
  const of = kind === 'difference' ? 'difference' : `mean soft labels of the ${kind}`;
  const { names, order, pointer, theme, zoom, onZoom } = rest;
  return (
    <DarkRaster
      {...{ dark, matrix, names, order, pointer, theme, zoom, onZoom }}
      label={`${of}, ${dark.classes} classes`}
      readout={darkReadoutId}
      onOpen={(cell) => onOpen(cell, kind)}
    />
  );
}
