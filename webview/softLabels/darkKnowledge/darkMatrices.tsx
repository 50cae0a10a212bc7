import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ClassOrder } from '../../parts/classOrder/classOrder.js';
import type { Cell } from '../../parts/matrix/cell.js';
import type { CellPointer } from '../../parts/matrix/cellPointer.js';
import { ColouredMatrix } from '../../parts/matrix/colouredMatrix.js';
import { MatrixCanvas, type MatrixProps } from '../../parts/matrix/matrixCanvas.js';
import { mostNumberedClasses, numberedShapes } from '../../parts/matrix/numberedShapes.js';
import { onDemand } from '../../parts/onDemand.js';
import type { Theme } from '../../theme.js';
import type { DarkKnowledge, DarkMatrix } from '../../sums/darkKnowledge.js';
import { kindTitle, scaleWords } from './darkKnowledge.js';
import { darkReadoutId } from './darkReadout.js';
import { darkPalette, darkTones, sideOf } from './darkTones.js';
import { columnsOf, type Examples } from '../examples.js';
import { darkCell, lookOnPage } from './numberedDark.js';

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
  const isNumbered = names.length <= mostNumberedClasses;
  const Matrix = isNumbered ? Numbers : Colours;
  const kinds = useMemo<readonly DarkMatrix['kind'][]>(
    () => [
      ...columnsOf(examples).map(({ role }) => role),
      ...(examples.teacher === null ? [] : ['difference' as const]),
    ],
    [examples.teacher === null, examples.baseline === null, subject],
  );
  return (
    <div class={isNumbered ? 'sl-matrices' : 'sl-matrices sl-many'}>
      {kinds.map((kind) => (
        <figure key={kind}>
          <figcaption class={kind}>
            {kindTitle(kind, subject)}
            {props.dark !== null && <span class="muted sl-scale">{scaleWords(props.dark, kind)}</span>}
          </figcaption>
          <Matrix {...props} kind={kind} />
        </figure>
      ))}
    </div>
  );
}

type DarkMatrixProps = DarkMatricesProps & { readonly kind: DarkMatrix['kind'] };

function matrixProps({ names, kind, order, pointer, theme, onOpen }: DarkMatrixProps): MatrixProps {
  const of = kind === 'difference' ? 'difference' : `mean soft labels of the ${kind}`;
  return {
    ...{ side: sideOf({ kind }), order, pointer, theme },
    label: `${of}, ${names.length} classes`,
    readout: darkReadoutId,
    onOpen: (cell) => onOpen(cell, kind),
  };
}

/** Of few classes: drawn with their numbers at every frame in which the temperature moves. */
function Numbers(props: DarkMatrixProps): JSX.Element {
  const { dark, kind, order, names, theme, isSeen } = props;
  const look = useMemo(() => lookOnPage(names, { theme, kind }), [names, theme, kind]);
  const shapes = useMemo(() => {
    const matrix = dark?.matrices.find((each) => each.kind === kind);
    if (dark === null || matrix === undefined || !isSeen) return null;
    return () => numberedShapes(order, (cell) => darkCell(cell, { dark, matrix, theme }), look);
  }, [dark, kind, order, theme, look, isSeen]);
  return <MatrixCanvas {...matrixProps(props)} layout={look.layout} shapes={shapes} filled={() => true} />;
}

/** Of many classes: drawn as those of Confusion are. */
function Colours(props: DarkMatrixProps): JSX.Element | null {
  const { dark, kind, names, order, theme, zoom, onZoom } = props;
  const matrix = dark?.matrices.find((each) => each.kind === kind);
  const tones = useMemo(
    () => (dark === null || matrix === undefined ? null : onDemand(() => darkTones(dark, matrix, order))),
    [dark, matrix, order],
  );
  const palette = useMemo(() => darkPalette(theme, { kind }), [theme, kind]);
  return tones === null ? null : (
    <ColouredMatrix {...matrixProps(props)} {...{ tones, palette, names, zoom, onZoom }} />
  );
}
