import type { Loss } from './objective.js';
import { logSoftmax, outputArray, rowCount } from './softmax.js';

/** As in the authors' code: it keeps a constant row at a correlation of 0. */
const epsilon = 1e-8;

/** A relational loss and its two parts, not yet weighted or multiplied by T². */
export interface RelationalLoss extends Loss {
  /** 1 − the mean over the rows of the correlation of teacher's and student's probabilities. */
  readonly interClass: number;
  /** The same over the columns: how each class ranks the examples of the batch. */
  readonly intraClass: number;
}

/**
 * T²·(β·inter + γ·intra), DIST (Huang et al., "Knowledge Distillation from A Stronger Teacher", NeurIPS 2022): Pearson
 * correlations instead of a divergence, so that only relations count. Without the cross entropy that is added to it in
 * training.
 * @param logTargets logarithms of the teacher's soft labels at T, [n, classes]
 * @param gradient written instead of a new array, [n, classes]
 */
export function dist({
  logTargets,
  student,
  classes,
  temperature,
  beta = 1,
  gamma = 1,
  gradient,
}: {
  logTargets: ArrayLike<number>;
  student: ArrayLike<number>;
  classes: number;
  temperature: number;
  beta?: number;
  gamma?: number;
  gradient?: Float64Array;
}): RelationalLoss {
  const n = rowCount({ logits: student, classes });
  if (logTargets.length !== student.length) {
    throw new RangeError(`${logTargets.length} logits of the teacher, ${student.length} of the student`);
  }
  const p = Float64Array.from(logTargets, Math.exp);
  const q = logSoftmax({ logits: student, classes, temperature }).map(Math.exp);
  const slope = new Float64Array(q.length);
  const scale = temperature * temperature;
  const rows = { count: n, length: classes, start: classes, step: 1 };
  const columns = { count: classes, length: n, start: 1, step: classes };
  const interClass = 1 - addCorrelations(slope, { p, q, lines: rows, weight: -scale * beta });
  const intraClass = 1 - addCorrelations(slope, { p, q, lines: columns, weight: -scale * gamma });

  const out = outputArray(gradient, student.length);
  for (let start = 0; start < q.length; start += classes) {
    let mean = 0;
    for (let i = start; i < start + classes; i++) mean += (q[i] ?? NaN) * (slope[i] ?? NaN);
    for (let i = start; i < start + classes; i++) out[i] = ((q[i] ?? NaN) * ((slope[i] ?? NaN) - mean)) / temperature;
  }
  return { value: scale * (beta * interClass + gamma * intraClass), interClass, intraClass, gradient: out };
}

/** Rows or columns of a matrix: line k begins at k·start, and its elements lie `step` apart. */
interface Lines {
  readonly count: number;
  readonly length: number;
  readonly start: number;
  readonly step: number;
}

/** The mean correlation of the lines of p and q; adds weight·∂mean/∂q to `slope`. */
function addCorrelations(
  slope: Float64Array,
  { p, q, lines, weight }: { p: Float64Array; q: Float64Array; lines: Lines; weight: number },
): number {
  let sum = 0;
  for (let line = 0; line < lines.count; line++) {
    const from = line * lines.start;
    const indices = Array.from({ length: lines.length }, (_, k) => from + k * lines.step);
    const [a, b] = [centered(p, indices), centered(q, indices)];
    const product = dot(a, b);
    const [normA, normB] = [Math.sqrt(dot(a, a)), Math.sqrt(dot(b, b))];
    const below = normA * normB + epsilon;
    const correlation = product / below;
    sum += correlation;
    const toward = normB === 0 ? 0 : (correlation * normA) / normB;
    const factor = weight / (lines.count * below);
    indices.forEach((index, k) => {
      slope[index] = (slope[index] ?? NaN) + factor * ((a[k] ?? NaN) - toward * (b[k] ?? NaN));
    });
  }
  return sum / lines.count;
}

function centered(values: Float64Array, indices: readonly number[]): Float64Array {
  const line = Float64Array.from(indices, (index) => values[index] ?? NaN);
  const mean = line.reduce((sum, value) => sum + value, 0) / line.length;
  return line.map((value) => value - mean);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * (b[k] ?? NaN), 0);
}
