import type { JSX } from 'preact';
import { Checkbox, Dropdown } from '../toolkit.js';
import { OrderChoice } from '../parts/classOrder/orderChoice.js';
import { measures, type Measure } from './matrix/matrix.js';
import type { ConfusionSettings } from './memory.js';
import { Segments } from '../parts/segments.js';
import type { Subject } from './subject.js';
import { ZoomChoice } from '../parts/matrix/zoomChoice.js';

interface ToolRowProps {
  readonly settings: ConfusionSettings;
  readonly subjects: readonly Subject[];
  readonly first: Subject | null;
  readonly second: Subject | null;
  /** Whether the matrices are large enough to be magnified. */
  readonly zoomable: boolean;
  /** Whether an order is still being computed. */
  readonly ordering: boolean;
  readonly onSubjects: (first: string, second: string | null) => void;
  readonly onChange: (change: Partial<ConfusionSettings>) => void;
  readonly onZoom: (steps: number) => void;
}

const nobody = '';

/** Who is compared, and how the matrices are drawn. */
export function ToolRow(props: ToolRowProps): JSX.Element {
  const { settings, subjects, first, second, zoomable, ordering, onSubjects, onChange, onZoom } = props;
  const options = subjects.map(({ id, name }) => ({ value: id, text: name }));
  return (
    <div class="confusion-tools" role="toolbar" aria-label="Models and matrices">
      <span class="confusion-choice">
        <Dropdown
          label="Left matrix"
          title="Whose matrix stands left"
          value={first?.id ?? nobody}
          options={options}
          onChange={(id) => onSubjects(id, second?.id ?? null)}
        />
        <button
          class="segment"
          title="Let the two change places: differences are always right less left"
          aria-label="Let the two change places"
          disabled={first === null || second === null}
          onClick={() => first && second && onSubjects(second.id, first.id)}
        >
          ⇄
        </button>
        <Dropdown
          label="Right matrix"
          title="Whose matrix stands right; the difference is right less left"
          value={second?.id ?? nobody}
          options={[{ value: nobody, text: 'None' }, ...options]}
          onChange={(id) => first && onSubjects(first.id, id === nobody ? null : id)}
        />
      </span>
      <Segments<Measure>
        name="Cells hold"
        options={measures}
        value={settings.measure}
        text={(measure) => (measure === 'count' ? 'counts' : '% of row')}
        title={(measure) =>
          measure === 'count' ? 'Cells hold numbers of examples' : 'Cells hold shares of the examples of the true class'
        }
        onChoose={(measure) => onChange({ measure })}
      />
      <OrderChoice
        value={settings.ordering}
        likeness="are confused with each other"
        onChoose={(each) => onChange({ ordering: each })}
      />
      {ordering && <span class="muted">ordering…</span>}
      <Checkbox
        title="Leave correct predictions uncoloured, so that the colours tell errors apart"
        checked={settings.dimDiagonal}
        onChange={(dimDiagonal) => onChange({ dimDiagonal })}
      >
        dim the diagonal
      </Checkbox>
      {zoomable && <ZoomChoice zoom={settings.zoom} onZoom={onZoom} />}
    </div>
  );
}
