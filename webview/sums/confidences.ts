import { ConfidenceBins } from '../../src/core/evaluation/calibration.js';
import { noAnswer } from '../../src/core/evaluation/evaluation.js';
import type { Judged } from './judged.js';

/**
 * The expected calibration error at T 1 (core/calibration), a piece of the examples at a time: of 50 million logits it
 * takes longer than a frame, and a person who changes the epoch meanwhile must not wait for it.
 */
export class CalibrationSum {
  readonly #bins = new ConfidenceBins();
  #next = 0;

  constructor(private readonly judged: Judged) {}

  get done(): boolean {
    return this.#next >= this.judged.predicted.length;
  }

  /** Takes in the next examples. */
  advance(examples: number): void {
    const { predicted, answers } = this.judged;
    const end = Math.min(predicted.length, this.#next + examples);
    for (; this.#next < end; this.#next++) {
      const answer = predicted[this.#next] ?? noAnswer;
      if (answer === noAnswer) continue;
      const confidence = probabilityOf(this.judged, { example: this.#next, answer });
      this.#bins.add({ confidence, isRight: answer === answers.labels[this.#next] });
    }
  }

  /** Of the examples so far; null where none had an answer. */
  get error(): number | null {
    return this.#bins.error;
  }
}

/** The probability that a model gives a class for one example, T 1: 0 … 1; NaN where its logits are not finite. */
export function probabilityOf(
  { answers: { logits, classes } }: Judged,
  { example, answer }: { example: number; answer: number },
): number {
  const start = example * classes;
  const chosen = logits[start + answer] ?? NaN;
  let sum = 0;
  for (let i = start; i < start + classes; i++) sum += Math.exp((logits[i] ?? NaN) - chosen);
  return 1 / sum;
}
