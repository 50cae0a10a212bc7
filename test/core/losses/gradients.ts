import { logSoftLabels, logSoftmax, softmax, type Rows } from '../../../src/core/losses/softmax.js';
import { isStandardized, standardizeLogits } from '../../../src/core/losses/standardize.js';
import type { DistillationTargets } from '../../../src/core/losses/distillationObjective.js';
import { assertNever } from '../../../src/core/problem.js';
import type { DistillLoss } from '../../../src/core/spec/spec.js';

/**
 * Gradients of the losses with respect to the student's logits, [n, classes], derived by hand and computed in float64:
 * an oracle beside PyTorch's recorded ones, for losses, engines and hints alike. p of the teachers and q of the student
 * are softmax at T; every loss is the mean over the batch.
 */
export function objectiveGradient(spec: DistillLoss, targets: DistillationTargets): Float64Array {
  const { student, classes, labels } = targets;
  const hard = crossEntropyGradient({ logits: student, classes, labels });
  const soft = isStandardized(spec)
    ? standardizationGradient({ logits: student, classes, gradient: softGradient(spec, standardized(targets)) })
    : softGradient(spec, targets);
  const weight = spec.loss === 'snippet' ? 2 * spec.temperature ** 2 + spec.alpha : spec.alpha;
  return hard.map((slope, i) => weight * at(soft, i) + (1 - spec.alpha) * slope);
}

/** Of the distillation loss, before it is weighted. */
function softGradient(spec: DistillLoss, { teachers, student, classes, labels }: DistillationTargets): Float64Array {
  const { temperature, ensemble } = spec;
  const logP = logSoftLabels({ teachers, classes, temperature, ensemble });
  const logQ = logSoftmax({ logits: student, classes, temperature });
  const rows = { logP, logQ, classes, temperature };
  switch (spec.loss) {
    case 'hinton':
      return slopeOfDivergence(rows).map((slope) => temperature ** 2 * slope);
    case 'snippet':
      return slopeOfDivergence(rows).map((slope) => slope / classes);
    case 'dkd':
      return decoupledGradient(rows, { labels, alpha: spec.target, beta: spec.nonTarget });
    case 'dist':
      return relationsGradient(rows, { beta: spec.interClass, gamma: spec.intraClass });
    default:
      return assertNever(spec);
  }
}

const at = (values: ArrayLike<number>, index: number): number => values[index] ?? NaN;

function standardized({ teachers, student, ...targets }: DistillationTargets): DistillationTargets {
  const { classes } = targets;
  return {
    ...targets,
    teachers: teachers.map((logits) => standardizeLogits({ logits, classes })),
    student: standardizeLogits({ logits: student, classes }),
  };
}

/** Of cross-entropy with the hard labels: softmax less 1 at the label. */
export function crossEntropyGradient({ logits, labels, classes }: Rows & { labels: ArrayLike<number> }): Float64Array {
  const n = labels.length;
  return softmax({ logits, classes }).map(
    (q, i) => (q - (i % classes === at(labels, Math.floor(i / classes)) ? 1 : 0)) / n,
  );
}

interface SoftLogs {
  /** Logarithms of the teachers' and the student's softmax at T, [n, classes]. */
  readonly logP: Float64Array;
  readonly logQ: Float64Array;
  readonly classes: number;
  readonly temperature: number;
}

/** Of KL(p‖q), without a factor T². */
export function divergenceGradient({
  teachers,
  student,
  classes,
  temperature,
}: Omit<DistillationTargets, 'labels'> & { temperature: number }): Float64Array {
  const logP = logSoftLabels({ teachers, classes, temperature });
  return slopeOfDivergence({ logP, logQ: logSoftmax({ logits: student, classes, temperature }), classes, temperature });
}

/** (q − p) / T. */
function slopeOfDivergence({ logP, logQ, classes, temperature }: SoftLogs): Float64Array {
  const n = logQ.length / classes;
  return logQ.map((log, i) => (Math.exp(log) - Math.exp(at(logP, i))) / (temperature * n));
}

/** Of T²·(α·TCKD + β·NCKD). */
function decoupledGradient(
  { logP, logQ, classes, temperature }: SoftLogs,
  { labels, alpha, beta }: { labels: ArrayLike<number>; alpha: number; beta: number },
): Float64Array {
  const n = logQ.length / classes;
  const gradient = new Float64Array(logQ.length);
  for (let row = 0; row < n; row++) {
    const start = row * classes;
    const target = start + at(labels, row);
    const others = Array.from({ length: classes }, (_, k) => start + k).filter((i) => i !== target);
    const [logOthersP, logOthersQ] = [logSum(others.map((i) => at(logP, i))), logSum(others.map((i) => at(logQ, i)))];
    gradient[target] = (temperature / n) * alpha * (Math.exp(at(logQ, target)) - Math.exp(at(logP, target)));
    for (const i of others) {
      const [shareP, shareQ] = [Math.exp(at(logP, i) - logOthersP), Math.exp(at(logQ, i) - logOthersQ)];
      const ofTarget = Math.exp(at(logQ, i)) - Math.exp(logOthersP) * shareQ;
      gradient[i] = (temperature / n) * (alpha * ofTarget + beta * (shareQ - shareP));
    }
  }
  return gradient;
}

function logSum(logs: readonly number[]): number {
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0));
}

/** Of T²·(β·inter + γ·intra): first for q, then through its softmax. */
function relationsGradient(
  { logP, logQ, classes, temperature }: SoftLogs,
  { beta, gamma }: { beta: number; gamma: number },
): Float64Array {
  const [p, q] = [logP.map(Math.exp), logQ.map(Math.exp)];
  const n = q.length / classes;
  const places = (count: number, place: (k: number) => number): number[] =>
    Array.from({ length: count }, (_, k) => place(k));
  const rows = places(n, (row) => row).map((row) => places(classes, (k) => row * classes + k));
  const columns = places(classes, (column) => column).map((column) => places(n, (k) => k * classes + column));
  const slope = new Float64Array(q.length);
  addCorrelationSlopes(slope, { p, q, lines: rows, weight: -(temperature ** 2) * beta });
  addCorrelationSlopes(slope, { p, q, lines: columns, weight: -(temperature ** 2) * gamma });
  return softmaxGradient({ q, slope, classes }).map((value) => value / temperature);
}

/** Adds weight·∂(mean of Pearson's r over the lines)/∂q. */
function addCorrelationSlopes(
  slope: Float64Array,
  { p, q, lines, weight }: { p: Float64Array; q: Float64Array; lines: readonly (readonly number[])[]; weight: number },
): void {
  const dot = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, value, k) => sum + value * at(y, k), 0);
  for (const line of lines) {
    const [a, b] = [centered(line.map((i) => at(p, i))), centered(line.map((i) => at(q, i)))];
    const [normA, normB] = [Math.sqrt(dot(a, a)), Math.sqrt(dot(b, b))];
    const below = normA * normB + 1e-8;
    const toward = normB === 0 ? 0 : ((dot(a, b) / below) * normA) / normB;
    line.forEach((i, k) => {
      slope[i] = at(slope, i) + (weight / (lines.length * below)) * (at(a, k) - toward * at(b, k));
    });
  }
}

function centered(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

/** From ∂loss/∂q to ∂loss/∂z, q = softmax(z). */
function softmaxGradient({
  q,
  slope,
  classes,
}: {
  q: Float64Array;
  slope: Float64Array;
  classes: number;
}): Float64Array {
  return q.map((value, i) => {
    const start = i - (i % classes);
    let mean = 0;
    for (let k = start; k < start + classes; k++) mean += at(q, k) * at(slope, k);
    return value * (at(slope, i) - mean);
  });
}

/**
 * From ∂loss/∂(standardized logits) to ∂loss/∂logits. In a row of equal logits, where the standard deviation has no
 * derivative, its part is 0.
 */
export function standardizationGradient({
  logits,
  classes,
  gradient,
}: Rows & { gradient: Float64Array }): Float64Array {
  const result = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    const row = Array.from({ length: classes }, (_, k) => start + k);
    const deviations = centered(row.map((i) => at(logits, i)));
    const deviation = Math.sqrt(deviations.reduce((sum, value) => sum + value ** 2, 0) / (classes - 1));
    const scale = deviation + 1e-7;
    const sum = row.reduce((total, i) => total + at(gradient, i), 0);
    const product = row.reduce((total, i, k) => total + at(gradient, i) * at(deviations, k), 0);
    const slope = deviation === 0 ? 0 : product / (scale ** 2 * deviation * (classes - 1));
    row.forEach((i, k) => {
      result[i] = (at(gradient, i) - sum / classes) / scale - at(deviations, k) * slope;
    });
  }
  return result;
}
