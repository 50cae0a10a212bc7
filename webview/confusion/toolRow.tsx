import type { JSX } from 'preact';
import { assertNever } from '../../src/core/problem.js';
import { Checkbox, Dropdown } from '../toolkit.js';
import { orderings, type Ordering } from './classOrder.js';
import { measures, type Measure } from './matrix.js';
import type { ConfusionSettings } from './memory.js';
import type { Subject } from './subject.js';

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
          options={[{ value: nobody, text: 'nobody' }, ...options]}
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
      <Segments<Ordering>
        name="Order of the classes"
        options={orderings}
        value={settings.ordering}
        text={(each) => orderWords(each).text}
        title={(each) => orderWords(each).title}
        onChoose={(each) => onChange({ ordering: each })}
      />
      {ordering && <span class="muted">ordering…</span>}
      <Checkbox
        title="Leave right answers uncoloured, so that the colours tell errors apart"
        checked={settings.dimDiagonal}
        onChange={(dimDiagonal) => onChange({ dimDiagonal })}
      >
        dim the diagonal
      </Checkbox>
      {zoomable && (
        <span class="segments" role="group" aria-label="Magnification">
          <button class="segment" title="Smaller (−)" disabled={settings.zoom === 1} onClick={() => onZoom(-1)}>
            −
          </button>
          <span class="zoom">{settings.zoom}×</span>
          <button class="segment" title="Larger (+)" disabled={settings.zoom === largestZoom} onClick={() => onZoom(1)}>
            +
          </button>
        </span>
      )}
    </div>
  );
}

export const largestZoom = 32;

function orderWords(ordering: Ordering): { text: string; title: string } {
  switch (ordering) {
    case 'index':
      return { text: 'in order', title: 'Classes in the order of the data set' };
    case 'name':
      return { text: 'by name', title: 'Classes by name' };
    case 'clustered':
      return { text: 'clustered', title: 'Classes that are taken for each other stand beside each other' };
    default:
      return assertNever(ordering);
  }
}

function Segments<V extends string>({
  name,
  options,
  value,
  text,
  title,
  onChoose,
}: {
  name: string;
  options: readonly V[];
  value: V;
  text: (option: V) => string;
  title: (option: V) => string;
  onChoose: (option: V) => void;
}): JSX.Element {
  return (
    <span class="segments" role="group" aria-label={name}>
      {options.map((option) => (
        <button
          key={option}
          class="segment"
          aria-pressed={option === value}
          title={title(option)}
          onClick={() => onChoose(option)}
        >
          {text(option)}
        </button>
      ))}
    </span>
  );
}
