import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { count } from '../../src/core/words.js';
import { Dropdown } from '../toolkit.js';
import { parts, type Examples, type Part } from './examples.js';
import { countExamples, type ExampleFilter, type ExampleSort } from './exampleFilter.js';

const partNames: Readonly<Record<Part, string>> = {
  bothRight: 'both right',
  onlyTeacher: 'only the teacher right',
  onlyStudent: 'only the student right',
  bothWrong: 'both wrong',
};

/** `both wrong`. */
export function partName(part: Part): string {
  return partNames[part];
}

interface ExampleToolsProps {
  readonly examples: Examples;
  readonly filter: ExampleFilter;
  readonly nameOf: (label: number) => string;
  readonly onFilter: (filter: ExampleFilter) => void;
}

/** Which examples are listed, each choice with how many it would list, and in which order. */
export function ExampleTools({ examples, filter, nameOf, onFilter }: ExampleToolsProps): JSX.Element {
  const counts = useMemo(() => countExamples(examples, filter), [examples, filter]);
  const classes = useMemo(
    () => [
      { value: 'all', text: `all classes (${count(counts.anyLabel)})` },
      ...Array.from(counts.labels, (number, label) => ({
        value: String(label),
        text: `${nameOf(label)} (${count(number)})`,
      })),
    ],
    [counts, nameOf],
  );
  const hasTeacher = examples.teacher !== null;
  return (
    <div class="sl-example-tools">
      <select
        class="sl-field"
        aria-label="True class"
        title="List the examples of one true class"
        value={filter.label === null ? 'all' : String(filter.label)}
        onChange={({ currentTarget: { value } }) =>
          onFilter({ ...filter, label: value === 'all' ? null : Number(value) })
        }
      >
        {classes.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      {hasTeacher && (
        <Dropdown<Part | 'all'>
          label="Who is right"
          title="List the examples by who is right about them"
          value={filter.part ?? 'all'}
          options={[
            { value: 'all', text: `whoever is right (${count(counts.anyPart)})` },
            ...parts.map((part, place) => ({
              value: part,
              text: `${partNames[part]} (${count(counts.parts[place] ?? 0)})`,
            })),
          ]}
          onChange={(part) => onFilter({ ...filter, part: part === 'all' ? null : part })}
        />
      )}
      {hasTeacher && (
        <Dropdown<ExampleSort>
          label="Order"
          title="Order the examples by index, or by how much teacher and student differ at this temperature"
          value={filter.sort}
          options={[
            { value: 'index', text: 'by index' },
            { value: 'divergence', text: 'by KL(teacher‖student)' },
          ]}
          onChange={(sort) => onFilter({ ...filter, sort })}
        />
      )}
    </div>
  );
}
