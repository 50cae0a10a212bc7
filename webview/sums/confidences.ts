import { ConfidenceBins } from '../../src/core/evaluation/calibration.js';
import { noAnswer } from '../../src/core/evaluation/evaluation.js';
import type { Rows } from '../../src/core/losses/softmax.js';
import { piecesOf, type ModelLogits } from './judged.js';
import type { Steps } from './steps.js';

/** How sure a model is, T 1. */
export interface Confidences {
  /** The probability of what it answered, [n]; NaN where a logit is not finite. */
  readonly ofAnswer: Float64Array;
  /** The probability of the true class, [n]; NaN as above. */
  readonly ofTruth: Float64Array;
  /** The expected calibration error (core/calibration); null where no example has an answer. */
  readonly error: number | null;
}

/** @param predicted of the same model, [n]: `judge` */
export function* confidencesOf(model: ModelLogits, predicted: Int32Array): Steps<Confidences> {
  const { labels, classes } = model;
  const bins = new ConfidenceBins();
  const ofAnswer = new Float64Array(labels.length).fill(NaN);
  const ofTruth = new Float64Array(labels.length).fill(NaN);
  for (const { from, logits } of piecesOf(model)) {
    const rows = logits.length / classes;
    for (let row = 0; row < rows; row++) {
      const example = from + row;
      const answer = predicted[example] ?? noAnswer;
      if (answer === noAnswer) continue;
      const truth = labels[example] ?? 0;
      const confidence = probabilityOf({ logits, classes }, { row, label: answer });
      ofAnswer[example] = confidence;
      ofTruth[example] = answer === truth ? confidence : probabilityOf({ logits, classes }, { row, label: truth });
      bins.add({ confidence, isRight: answer === truth });
    }
    yield;
  }
  return { ofAnswer, ofTruth, error: bins.error };
}

/** The probability that a model gives a class for one example, T 1: 0 … 1; NaN where its logits are not finite. */
export function probabilityOf(
  { logits, classes }: Rows,
  { row, label }: { readonly row: number; readonly label: number },
): number {
  const start = row * classes;
  const chosen = logits[start + label] ?? NaN;
  let sum = 0;
  for (let i = start; i < start + classes; i++) sum += Math.exp((logits[i] ?? NaN) - chosen);
  return 1 / sum;
}
