import { checkLabels, rowCount, type Rows } from './softmax.js';

/**
 * Cross-entropy with the hard labels at T = 1, the mean over the batch: `torch.nn.functional.cross_entropy`.
 * @throws RangeError where labels and logits do not belong together
 */
export function crossEntropy({ logits, labels, classes }: Rows & { labels: ArrayLike<number> }): number {
  const n = rowCount({ logits, classes });
  checkLabels({ labels, n, classes });
  let total = 0;
  for (let row = 0; row < n; row++) {
    const start = row * classes;
    let largest = -Infinity;
    for (let i = start; i < start + classes; i++) largest = Math.max(largest, logits[i] ?? NaN);
    let sum = 0;
    for (let i = start; i < start + classes; i++) sum += Math.exp((logits[i] ?? NaN) - largest);
    total -= (logits[start + (labels[row] ?? NaN)] ?? NaN) - largest - Math.log(sum);
  }
  return total / n;
}
