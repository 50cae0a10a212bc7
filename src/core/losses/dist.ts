import * as z from 'zod';
import type { LossKind } from './lossKind.js';
import { alpha, always, temperature, weight } from './settings.js';
import type { SoftRows } from './softRows.js';

const settings = z
  .strictObject({
    loss: z.literal('dist').describe('Correlations between and within classes (Huang et al. 2022).'),
    ...always,
    temperature: temperature.default(1),
    alpha: alpha.default(0.5),
    interClass: weight.default(1).describe('β of the paper: weight of the correlation within an example.'),
    intraClass: weight.default(1).describe('γ of the paper: weight of the correlation within a class.'),
  })
  .describe('DIST: Pearson correlations of the soft labels in place of a divergence (Huang et al. 2022).');

/** T²·(interClass·(1 − r over classes) + intraClass·(1 − r over examples)). */
export const dist: LossKind<typeof settings> = {
  settings,
  value: (spec, { rows }) => {
    const { interClass, intraClass } = relations(rows);
    return spec.temperature ** 2 * (spec.interClass * interClass + spec.intraClass * intraClass);
  },
  hint: ({ temperature: T, temperatureEnd }) =>
    Math.max(T, temperatureEnd ?? T) > 1
      ? 'dist multiplies with T² what does not fade as T rises, for correlations know no scale: distillation’s share grows with T. Lower α with a higher T, or leave T at 1.'
      : null,
};

/** As in the authors' code: it keeps a constant row at a correlation of 0. */
const epsilon = 1e-8;

/** The two parts of DIST, neither weighted nor multiplied by T². */
export interface Relations {
  /** 1 − the mean over the rows of the correlation of teacher's and student's probabilities. */
  readonly interClass: number;
  /** The same over the columns: how each class ranks the examples of the batch. */
  readonly intraClass: number;
}

/**
 * DIST (Huang et al., "Knowledge Distillation from A Stronger Teacher", NeurIPS 2022): Pearson correlations instead of
 * a divergence, so that only relations count.
 */
export function relations(rows: SoftRows): Relations {
  const { n, classes } = rows;
  const [p, q] = [new Float64Array(n * classes), new Float64Array(n * classes)];
  for (let row = 0; row < n; row++) {
    const { teacher, student } = rows.at(row);
    const start = row * classes;
    for (let i = 0; i < classes; i++) {
      p[start + i] = Math.exp(teacher[i] ?? NaN);
      q[start + i] = Math.exp(student[i] ?? NaN);
    }
  }
  return { interClass: 1 - ofRows(p, q, classes), intraClass: 1 - ofColumns(p, q, classes) };
}

/** The mean of Pearson's r over the rows of two matrices. */
function ofRows(p: Float64Array, q: Float64Array, classes: number): number {
  let sum = 0;
  for (let start = 0; start < p.length; start += classes) {
    let [meanP, meanQ] = [0, 0];
    for (let i = start; i < start + classes; i++) {
      meanP += p[i] ?? NaN;
      meanQ += q[i] ?? NaN;
    }
    meanP /= classes;
    meanQ /= classes;
    let [product, squaresP, squaresQ] = [0, 0, 0];
    for (let i = start; i < start + classes; i++) {
      const a = (p[i] ?? NaN) - meanP;
      const b = (q[i] ?? NaN) - meanQ;
      product += a * b;
      squaresP += a * a;
      squaresQ += b * b;
    }
    sum += correlation({ product, squaresP, squaresQ });
  }
  return sum / (p.length / classes);
}

/** The mean of Pearson's r over the columns, summed up row by row: along a column every number lies in another line of the cache. */
function ofColumns(p: Float64Array, q: Float64Array, classes: number): number {
  const n = p.length / classes;
  const [meanP, meanQ] = [columnMeans(p, classes), columnMeans(q, classes)];
  const [product, squaresP, squaresQ] = [
    new Float64Array(classes),
    new Float64Array(classes),
    new Float64Array(classes),
  ];
  for (let row = 0; row < n; row++) {
    const start = row * classes;
    for (let i = 0; i < classes; i++) {
      const a = (p[start + i] ?? NaN) - (meanP[i] ?? NaN);
      const b = (q[start + i] ?? NaN) - (meanQ[i] ?? NaN);
      product[i] = (product[i] ?? NaN) + a * b;
      squaresP[i] = (squaresP[i] ?? NaN) + a * a;
      squaresQ[i] = (squaresQ[i] ?? NaN) + b * b;
    }
  }
  let sum = 0;
  for (let i = 0; i < classes; i++) {
    sum += correlation({ product: product[i] ?? NaN, squaresP: squaresP[i] ?? NaN, squaresQ: squaresQ[i] ?? NaN });
  }
  return sum / classes;
}

function columnMeans(values: Float64Array, classes: number): Float64Array {
  const means = new Float64Array(classes);
  for (let start = 0; start < values.length; start += classes) {
    for (let i = 0; i < classes; i++) means[i] = (means[i] ?? NaN) + (values[start + i] ?? NaN);
  }
  const n = values.length / classes;
  return means.map((sum) => sum / n);
}

function correlation({ product, squaresP, squaresQ }: { product: number; squaresP: number; squaresQ: number }): number {
  return product / (Math.sqrt(squaresP) * Math.sqrt(squaresQ) + epsilon);
}
