import { noAnswer, predictions, type Answers } from './evaluation.js';
import { checkLabels, logSoftmax, rowCount, softmax } from '../losses/softmax.js';

/** How many bins of confidence there are, where nobody says otherwise: as in Guo et al. 2017. */
export const calibrationBins = 15;

/** Rows whose confidence lies in (low, high], where confidence is the probability of the predicted class. */
export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Means over the bin; null where it is empty. */
  readonly confidence: number | null;
  readonly accuracy: number | null;
}

/**
 * Whether a model is as sure of its answers as it is right about them. Rows without an answer have no confidence and are
 * left out of all of it; what is null has no row left.
 */
export interface Calibration {
  /**
   * Expected calibration error: the mean over the rows of |accuracy − confidence| of their bin, bins of equal width (Guo
   * et al., "On Calibration of Modern Neural Networks", 2017).
   */
  readonly error: number | null;
  /** Mean of −log of the probability of the truth, in nats (`sklearn.metrics.log_loss`). */
  readonly logLoss: number | null;
  /** Mean of Σ (probability − truth)² over the classes, 0 … 2 (Brier 1950; `sklearn.metrics.brier_score_loss`). */
  readonly brier: number | null;
  /** Of equal width, from 0 to 1. */
  readonly bins: readonly CalibrationBin[];
}

/** Rows sorted into bins by how sure the answer is. */
export class ConfidenceBins {
  readonly #counts: Int32Array;
  readonly #hits: Int32Array;
  readonly #confidences: Float64Array;

  constructor(private readonly count = calibrationBins) {
    this.#counts = new Int32Array(count);
    this.#hits = new Int32Array(count);
    this.#confidences = new Float64Array(count);
  }

  add({ confidence, isRight }: { confidence: number; isRight: boolean }): void {
    const { count } = this;
    const bin = Math.min(count - 1, Math.max(0, Math.ceil(confidence * count) - 1));
    this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    this.#confidences[bin] = (this.#confidences[bin] ?? 0) + confidence;
    if (isRight) this.#hits[bin] = (this.#hits[bin] ?? 0) + 1;
  }

  get rows(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** The expected calibration error of the rows so far; null where there are none. */
  get error(): number | null {
    const gaps = this.#hits.reduce((sum, hits, bin) => sum + Math.abs(hits - (this.#confidences[bin] ?? NaN)), 0);
    return mean({ sum: gaps, rows: this.rows });
  }

  get bins(): CalibrationBin[] {
    return Array.from(this.#counts, (rows, bin) => ({
      low: bin / this.count,
      high: (bin + 1) / this.count,
      count: rows,
      confidence: mean({ sum: this.#confidences[bin] ?? NaN, rows }),
      accuracy: mean({ sum: this.#hits[bin] ?? NaN, rows }),
    }));
  }
}

/** What is known of one row: of its soft labels, the probability of the answer, of the truth, and the sum of squares. */
export interface CalibrationRow {
  readonly confidence: number;
  readonly isRight: boolean;
  /** The probability of the truth, and its logarithm, which is known where the probability itself is rounded to 0. */
  readonly truth: number;
  readonly logTruth: number;
  /** Σ p² over the classes. */
  readonly squares: number;
}

/** Takes rows one by one, in any number of pieces, and says then how well they are calibrated. */
export class CalibrationTally {
  readonly #bins: ConfidenceBins;
  #logLoss = 0;
  #brier = 0;

  constructor(bins = calibrationBins) {
    this.#bins = new ConfidenceBins(bins);
  }

  add(row: CalibrationRow): void {
    this.#bins.add(row);
    this.#logLoss -= row.logTruth;
    this.#brier += 1 - 2 * row.truth + row.squares;
  }

  /** Of the rows so far. */
  get result(): Calibration {
    const { rows, error, bins } = this.#bins;
    return {
      error,
      logLoss: mean({ sum: this.#logLoss, rows }),
      brier: mean({ sum: this.#brier, rows }),
      bins,
    };
  }
}

function mean({ sum, rows }: { sum: number; rows: number }): number | null {
  return rows === 0 ? null : sum / rows;
}

/** How well a model is calibrated at a temperature. */
export function calibration({
  logits,
  labels,
  classes,
  temperature = 1,
  bins = calibrationBins,
}: Answers & { temperature?: number; bins?: number }): Calibration {
  checkLabels({ labels, n: rowCount({ logits, classes }), classes });
  const predicted = predictions({ logits, classes });
  const soft = softmax({ logits, classes, temperature });
  const log = logSoftmax({ logits, classes, temperature });
  const tally = new CalibrationTally(bins);
  for (let row = 0; row < predicted.length; row++) {
    const answer = predicted[row] ?? noAnswer;
    if (answer === noAnswer) continue;
    const truth = labels[row] ?? NaN;
    let squares = 0;
    for (let i = row * classes; i < (row + 1) * classes; i++) squares += (soft[i] ?? NaN) ** 2;
    tally.add({
      confidence: soft[row * classes + answer] ?? NaN,
      isRight: answer === truth,
      truth: soft[row * classes + truth] ?? NaN,
      logTruth: log[row * classes + truth] ?? NaN,
      squares,
    });
  }
  return tally.result;
}

/** Means over all rows that have an answer: how sure, and how often right. */
export function meansOf({ bins }: Pick<Calibration, 'bins'>): {
  readonly count: number;
  readonly confidence: number | null;
  readonly accuracy: number | null;
} {
  let [count, confidence, accuracy] = [0, 0, 0];
  for (const bin of bins) {
    count += bin.count;
    confidence += bin.count * (bin.confidence ?? 0);
    accuracy += bin.count * (bin.accuracy ?? 0);
  }
  if (count === 0) return { count, confidence: null, accuracy: null };
  return { count, confidence: confidence / count, accuracy: accuracy / count };
}
