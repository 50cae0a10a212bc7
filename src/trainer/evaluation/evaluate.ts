import { balancedAccuracy, errors } from '../../core/evaluation/evaluation.js';
import { distillationObjective } from '../../core/losses/distillationObjective.js';
import { crossEntropy } from '../../core/losses/crossEntropy.js';
import type { DistillLoss } from '../../core/spec/spec.js';
import type { Metrics } from '../../run/log/entry.js';
import type { Split } from '../data/dataset.js';
import type { Compiled } from '../engines/engine.js';
import type { PictureShape } from '../models/model.js';
import type { OnProgress } from '../progress.js';

/**
 * Logits of every picture of a split, in order, float32 [n, classes]. The last batch is filled up with what lay in the
 * buffer before, and what it gives for that is left out.
 */
export async function logitsOf(
  { images, labels }: Split,
  {
    compiled,
    batchSize,
    picture,
    onProgress,
  }: { compiled: Compiled; batchSize: number; picture: PictureShape; onProgress?: OnProgress },
): Promise<Float32Array> {
  const { classes } = picture;
  const size = picture.height * picture.width * picture.channels;
  const n = labels.length;
  const result = new Float32Array(n * classes);
  const buffer = new Uint8Array(batchSize * size);
  for (let start = 0; start < n; start += batchSize) {
    const count = Math.min(batchSize, n - start);
    buffer.set(images.subarray(start * size, (start + count) * size));
    const { logits } = await compiled.run({ images: buffer });
    if (logits === undefined) throw new Error('the program has no output "logits"');
    result.set(logits.subarray(0, count * classes), start * classes);
    onProgress?.(start + count, n);
  }
  return result;
}

/** What the objective is measured against; null for a model that learns from hard labels alone. */
export interface SoftTargets {
  readonly loss: DistillLoss;
  /** Logits of each teacher on the same split. */
  readonly teachers: readonly Float32Array[];
}

/** The split's metrics, computed in float64 from its logits. `loss` is the objective that the run minimizes. */
export function metricsOf(
  logits: Float32Array,
  { labels, classes, soft }: { labels: Int32Array; classes: number; soft: SoftTargets | null },
): Metrics {
  const n = labels.length;
  const wrong = errors({ logits, labels, classes });
  const base = {
    n,
    errors: wrong,
    accuracy: 1 - wrong / n,
    balancedAccuracy: balancedAccuracy({ logits, labels, classes }),
  };
  if (soft === null) {
    const loss = crossEntropy({ logits, labels, classes });
    return { ...base, loss, studentLoss: loss };
  }
  const { value, distillationLoss, studentLoss } = distillationObjective(soft.loss, {
    teachers: soft.teachers,
    student: logits,
    labels,
    classes,
  });
  return { ...base, loss: value, distillationLoss, studentLoss };
}
