import type { JSX } from 'preact';
import { OrderChoice } from '../../parts/classOrder/orderChoice.js';
import { Segments } from '../../parts/segments.js';
import { ZoomChoice } from '../../parts/matrix/zoomChoice.js';
import { Checkbox } from '../../toolkit.js';
import { darkMeasures } from '../../sums/darkKnowledge.js';
import type { SettingsProps } from '../memory.js';

interface DarkToolsProps extends SettingsProps {
  /** Whether there are so many classes that the matrices are magnified. */
  readonly isMany: boolean;
  /** Whether an order is still being computed. */
  readonly isOrdering: boolean;
  readonly onZoom: (steps: number) => void;
}

/** What cells hold, and how the matrices are drawn. */
export function DarkTools({ settings, onSettings, isMany, isOrdering, onZoom }: DarkToolsProps): JSX.Element {
  const { diagonal, measure, ordering, zoom, darkTable } = settings;
  return (
    <div class="sl-dark-tools" role="toolbar" aria-label="How the matrices are drawn">
      <Segments
        name="Cells hold"
        options={darkMeasures}
        value={measure}
        text={(each) => (each === 'softLabels' ? 'soft labels' : 'wrong classes')}
        title={(each) =>
          each === 'softLabels'
            ? 'Cells hold mean soft labels'
            : 'Cells hold shares of what the true class leaves to the others: each row has a sum of 100 % without its diagonal'
        }
        onChoose={(each) => onSettings({ measure: each })}
      />
      {!darkTable && (
        <>
          <OrderChoice
            value={ordering}
            likeness="the models find alike"
            onChoose={(each) => onSettings({ ordering: each })}
          />
          {isOrdering && <span class="muted">ordering…</span>}
          {isMany && <ZoomChoice zoom={zoom} onZoom={onZoom} />}
          <Checkbox
            title="Show the diagonal too: what each class gives to itself. Without it colours are scaled to the rest"
            checked={diagonal && measure === 'softLabels'}
            disabled={measure !== 'softLabels'}
            onChange={(shown) => onSettings({ diagonal: shown })}
          >
            diagonal
          </Checkbox>
        </>
      )}
    </div>
  );
}
