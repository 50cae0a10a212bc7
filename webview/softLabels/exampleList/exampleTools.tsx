import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Role } from '../../../src/core/spec/spec.js';
import { count } from '../../../src/core/words.js';
import { Dropdown } from '../../toolkit.js';
import type { Examples } from '../examples.js';
import { countExamples, type ExampleFilter, type ExampleSort } from './exampleFilter.js';
import { parts, partWords, type Part } from '../../parts/partition.js';

/** `both wrong`, `only the student right`. */
export function partName(part: Part, subject: Role): string {
  return partWords({ first: 'the teacher right', second: `the ${subject} right` })[part];
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
  const subject = examples.subject.role;
  return (
    <div class="sl-example-tools">
      <select
        class="sl-field sl-choice"
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
          title="List the examples by which model predicts them correctly at T = 1"
          value={filter.part ?? 'all'}
          options={[
            { value: 'all', text: `any outcome (${count(counts.anyPart)})` },
            ...parts.map((part, place) => ({
              value: part,
              text: `${partName(part, subject)} (${count(counts.parts[place] ?? 0)})`,
            })),
          ]}
          onChange={(part) => onFilter({ ...filter, part: part === 'all' ? null : part })}
        />
      )}
      {hasTeacher && (
        <Dropdown<ExampleSort>
          label="Order"
          title={`Order the examples by index, or by how much teacher and ${subject} differ at this temperature; sorted anew when the slider rests`}
          value={filter.sort}
          options={[
            { value: 'index', text: 'by index' },
            { value: 'divergence', text: `by KL(teacher‖${subject})` },
          ]}
          onChange={(sort) => onFilter({ ...filter, sort })}
        />
      )}
    </div>
  );
}
