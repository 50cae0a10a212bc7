import type { JSX } from 'preact';
import { assertNever } from '../../../src/core/problem.js';
import { orderings, type Ordering } from './classOrder.js';
import { Segments } from '../segments.js';

interface OrderChoiceProps {
  readonly value: Ordering;
  /** What classes do that stand beside each other where they are clustered: `are confused with each other`. */
  readonly likeness: string;
  readonly onChoose: (ordering: Ordering) => void;
}

/** In which order the classes of a matrix stand. */
export function OrderChoice({ value, likeness, onChoose }: OrderChoiceProps): JSX.Element {
  return (
    <Segments<Ordering>
      name="Order of the classes"
      options={orderings}
      value={value}
      text={(each) => orderWords(each, likeness).text}
      title={(each) => orderWords(each, likeness).title}
      onChoose={onChoose}
    />
  );
}

function orderWords(ordering: Ordering, likeness: string): { text: string; title: string } {
  switch (ordering) {
    case 'index':
      return { text: 'in order', title: 'Classes in the order of the data set' };
    case 'name':
      return { text: 'by name', title: 'Classes by name' };
    case 'clustered':
      return { text: 'clustered', title: `Classes that ${likeness} stand beside each other` };
    default:
      return assertNever(ordering);
  }
}
