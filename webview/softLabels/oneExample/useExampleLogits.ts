import { useMemo, useRef } from 'preact/hooks';
import { noAnswer } from '../../../src/core/evaluation/evaluation.js';
import type { Problem } from '../../../src/core/problem.js';
import type { Role } from '../../../src/core/spec/spec.js';
import type { Logits } from '../../sums/rowSoftener.js';
import type { Sums } from '../../sums/sums.js';
import { useSum } from '../../sums/useSum.js';
import { columnsOf, modelColumn, type Examples } from '../examples.js';

/** What one column says of one example. */
export interface ExampleColumn {
  readonly role: Role;
  /** Averaged as probabilities, each [1, classes]. */
  readonly members: readonly Logits[];
  /** The most likely class at T = 1; `noAnswer` where a logit is not finite. */
  readonly answer: number;
}

/** The logits of one example, by all columns. */
export interface ExampleLogits {
  readonly index: number;
  readonly classes: number;
  readonly truth: number;
  readonly columns: readonly ExampleColumn[];
}

/** The logits of an example; until they have come those of the one before, null before the first. */
export function useExampleLogits(
  sums: Pick<Sums, 'ask'>,
  { examples, index }: { readonly examples: Examples; readonly index: number },
): { readonly example: ExampleLogits | null; readonly problem: Problem | null } {
  const ask = { columns: columnsOf(examples).map(modelColumn), row: index };
  const { value, problem } = useSum(sums, 'example', ask, [examples, index]);
  const latest = useRef<ExampleLogits | null>(null);
  latest.current = useMemo(
    () => (value === null ? latest.current : exampleLogits(value, { examples, index })),
    [value],
  );
  return { example: latest.current, problem };
}

/** @param logits of each member of each column, [classes] */
export function exampleLogits(
  logits: readonly (readonly Logits[])[],
  { examples, index }: { readonly examples: Examples; readonly index: number },
): ExampleLogits {
  const columns = columnsOf(examples).map(({ role, predicted }, column) => ({
    role,
    members: logits[column] ?? [],
    answer: predicted[index] ?? noAnswer,
  }));
  return { index, classes: examples.classes, truth: examples.labels[index] ?? 0, columns };
}
