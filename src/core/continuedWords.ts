import { count } from './words.js';

/** Where a run goes on from another one: `20261128-…-3f9c2a at epoch 2`, or at a step within an epoch. */
export function continuedWords({
  run,
  step,
  epochs,
}: {
  readonly run: string;
  readonly step: number;
  readonly epochs: number;
}): string {
  return `${run} at ${Number.isInteger(epochs) ? `epoch ${epochs}` : `step ${count(step)}`}`;
}
