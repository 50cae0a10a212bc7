import * as tf from '@tensorflow/tfjs-core';
import type { GradientProducts } from '../../core/losses/gradientTerms.js';

/** What a student's objective is the sum of. */
export type Term = 'distillation' | 'student';

/** The output of a training step that distils: see `products`. */
export const gradientProducts = 'gradientProducts';

/** What that output says of a step. @param first where the step's four numbers begin */
export function productsAt(values: ArrayLike<number>, first: number): GradientProducts {
  const at = (index: number): number => values[first + index] ?? NaN;
  return { distillationSquares: at(0), product: at(1), studentSquares: at(3) };
}

/**
 * Takes down the gradients that the terms of an objective send back to the student's logits, weighted as they are. They
 * are computed anyway, one after the other, before they are added up and go on into the network: so nothing is computed
 * twice, and what is trained stays the same to the bit.
 */
export class TermGradients {
  readonly #sent: Readonly<Record<Term, tf.Tensor2D[]>> = { distillation: [], student: [] };

  /**
   * The logits as a term reads them. Where it reads them more than once, each reading is asked for by itself, just before
   * it is made: tfjs adds up gradients in the reverse order of the readings.
   */
  read(term: Term, logits: tf.Tensor2D): tf.Tensor2D {
    const heard = tf.customGrad<tf.Tensor2D>(() => ({
      value: tf.clone(logits),
      gradFunc: (dy) => {
        this.#sent[term].push(tf.keep(tf.clone(dy)));
        return dy;
      },
    }));
    return heard(logits);
  }

  /**
   * After the backward pass: the sums over batch and classes of d·d, d·s; s·d, s·s, float32 [2, 2]. One product of both
   * with both, since in a small network's step every operation counts.
   */
  products(): tf.Tensor2D {
    const both = tf.concat([this.#taken('distillation'), this.#taken('student')]);
    const rows = tf.reshape<tf.Rank.R2>(both, [2, both.size / 2]);
    tf.dispose(this.#sent);
    return tf.matMul(rows, rows, false, true);
  }

  #taken(term: Term): tf.Tensor2D {
    return this.#sent[term].reduce((a, b) => tf.add(a, b));
  }
}
