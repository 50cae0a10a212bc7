import * as tf from '@tensorflow/tfjs-core';
import type { ClassMap } from '../../core/classes/classMap.js';
import type { Model } from './model.js';

/** Stands for no output: far below any logit, and far from what overflows. */
const nothing = -1e30;

/**
 * A network whose classes are sums over the outputs of another: z_c = log Σ exp of the logits of its outputs, as core's
 * `mappedLogits` computes it.
 */
export function summedModel(model: Model, map: ClassMap, { outputs }: { outputs: number }): Model {
  const most = Math.max(...map.map((from) => from.length));
  // Row i takes output i to each place [class, place]: a product with ones and zeros, which is exact.
  const choice = new Float32Array(outputs * map.length * most);
  const gaps = new Float32Array(map.length * most).fill(nothing);
  map.forEach((from, index) => {
    from.forEach((output, place) => {
      choice[output * map.length * most + index * most + place] = 1;
      gaps[index * most + place] = 0;
    });
  });
  return {
    ...model,
    classify: (parameters, features) => {
      const logits = model.classify(parameters, features);
      const [batch] = logits.shape;
      const chosen = tf.matMul(logits, tf.tensor2d(choice, [outputs, map.length * most]));
      const placed = tf.add(chosen, tf.tensor2d(gaps, [1, map.length * most]));
      const rows = tf.reshape<tf.Rank.R2>(placed, [batch * map.length, most]);
      const largest = tf.max(rows, 1, true);
      const sums = tf.sum(tf.exp(tf.sub(rows, largest)), 1, true);
      return tf.reshape<tf.Rank.R2>(tf.add(largest, tf.log(sums)), [batch, map.length]);
    },
  };
}
