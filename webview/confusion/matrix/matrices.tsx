import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { Theme } from '../../theme.js';
import type { CellPointer } from '../../parts/matrix/cellPointer.js';
import type { ClassOrder } from '../../parts/classOrder/classOrder.js';
import type { Compared } from '../compared.js';
import type { DrawnMatrix } from '../export.js';
import type { Measure } from './matrix.js';
import { differenceOf, matrixOf } from './matrix.js';
import { MatrixFigure } from './matrixFigure.js';
import { numberedWidth } from './matrixTable.js';
import { rampOf } from './ramp.js';
import { useWidth } from '../../parts/hooks/useWidth.js';
import type { Cell, Side } from '../../parts/matrix/cell.js';
import { mostNumberedClasses } from '../../parts/matrix/numberedShapes.js';

interface MatricesProps {
  readonly compared: Compared;
  readonly drawn: readonly DrawnMatrix[];
  readonly order: ClassOrder;
  readonly measure: Measure;
  readonly pointer: CellPointer;
  readonly theme: Theme;
  readonly zoom: number;
  readonly onZoom: (steps: number) => void;
  readonly onOpen: (side: Side, cell: Cell) => void;
}

/** Between two matrices, as the style sheet sets it, in CSS pixels. */
const gap = 16;

/** How many matrices have room side by side: those with numbers need it for their cells. */
function columnsIn(width: number, classes: number): number {
  const each = classes <= mostNumberedClasses ? numberedWidth(classes) : 340;
  return Math.min(3, Math.max(1, Math.floor((width + gap) / (each + gap))));
}

/** The matrices, side by side as the width allows; the difference stands between the two, or under them. */
export function Matrices(props: MatricesProps): JSX.Element {
  const { compared, drawn, order, measure, pointer, theme, zoom, onZoom, onOpen } = props;
  const room = useRef<HTMLDivElement>(null);
  const width = useWidth(room);
  const [first, second, difference] = drawn;
  const columns = columnsIn(width, order.length);
  const inOrder = columns === 3 ? [first, difference, second] : [first, second, difference];
  return (
    <div
      ref={room}
      class="matrices"
      style={{ gridTemplateColumns: `repeat(${Math.min(columns, drawn.length)}, minmax(0, 1fr))` }}
    >
      {width > 0 &&
        inOrder.map(
          (matrix) =>
            matrix !== undefined && (
              <MatrixFigure
                key={matrix.side}
                side={matrix.side}
                title={matrix.title}
                label={`Confusion matrix of ${matrix.title}, ${measure === 'count' ? 'examples' : '% of the true class'}`}
                values={matrix.values}
                names={compared.names}
                order={order}
                ramp={matrix.ramp}
                measure={measure}
                role={matrix.subject?.role ?? null}
                pointer={pointer}
                theme={theme}
                zoom={zoom}
                onZoom={onZoom}
                onOpen={(cell) => onOpen(matrix.side, cell)}
              />
            ),
        )}
    </div>
  );
}

/** Left, right and their difference; one model alone has one matrix. The two share a ramp, the difference has its own. */
export function useDrawnMatrices(
  compared: Compared | null,
  { measure, dimDiagonal }: { measure: Measure; dimDiagonal: boolean },
): readonly DrawnMatrix[] {
  const title = compared?.subjects.second?.name ?? '';
  return useMemo(() => {
    if (compared === null) return [];
    const { shown, subjects } = compared;
    const { classes } = shown.first;
    const first = matrixOf(shown.first, measure);
    const options = { classes, measure, dimDiagonal };
    const left = { side: 'first', title: subjects.first.name, subject: subjects.first, values: first } as const;
    if (shown.second === null || subjects.second === null) return [{ ...left, ramp: rampOf([first], options) }];
    const second = matrixOf(shown.second, measure);
    const difference = differenceOf({ first, second });
    const ramp = rampOf([first, second], options);
    return [
      { ...left, ramp },
      { side: 'second', title: subjects.second.name, subject: subjects.second, values: second, ramp },
      {
        side: 'difference',
        title: `${subjects.second.name} − ${subjects.first.name}`,
        subject: null,
        values: difference,
        ramp: rampOf([difference], options),
      },
    ];
  }, [compared, title, measure, dimDiagonal]);
}
