import type { SoftRows } from './softRows.js';

/**
 * KL(p‖q) at T, summed over classes and averaged over the batch, without a factor T²:
 * `kl_div(log_softmax(z_s / T), softmax(z_t / T), reduction='batchmean')`.
 */
export function klDivergence(rows: SoftRows): number {
  let sum = 0;
  for (let row = 0; row < rows.n; row++) {
    const { teacher, student } = rows.at(row);
    for (let i = 0; i < teacher.length; i++) {
      const logP = teacher[i] ?? NaN;
      sum += Math.exp(logP) * (logP - (student[i] ?? NaN));
    }
  }
  return sum / rows.n;
}
