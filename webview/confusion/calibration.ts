import { noAnswer } from '../../src/core/evaluation.js';
import type { Judged } from './judged.js';

const bins = 15;

/**
 * The expected calibration error at T 1 (core/evaluation `calibrationError`), a piece of the examples at a time: of
 * 50 million logits it takes longer than a frame, and a person who changes the epoch meanwhile must not wait for it.
 */
export class CalibrationSum {
  readonly #hits = new Float64Array(bins);
  readonly #confidences = new Float64Array(bins);
  #next = 0;
  #counted = 0;

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
      const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
      this.#confidences[bin] = (this.#confidences[bin] ?? 0) + confidence;
      if (answer === answers.labels[this.#next]) this.#hits[bin] = (this.#hits[bin] ?? 0) + 1;
      this.#counted++;
    }
  }

  /** Of the examples so far; null where none had an answer. */
  get error(): number | null {
    if (this.#counted === 0) return null;
    let gaps = 0;
    for (let bin = 0; bin < bins; bin++) gaps += Math.abs((this.#hits[bin] ?? 0) - (this.#confidences[bin] ?? 0));
    return gaps / this.#counted;
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
