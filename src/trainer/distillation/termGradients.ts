import * as tf from '@tensorflow/tfjs-core';
import type { Tensors } from '../engines/engine.js';

/** What a student's objective is the sum of. */
export type Term = 'distillation' | 'student';

/** What a training step tells of the gradients of the terms, if it distils: see core's `GradientProducts`. */
export const productOutputs = {
  distillationSquares: 'distillationSquares',
  studentSquares: 'studentSquares',
  product: 'gradientProduct',
} as const;

/**
 * Takes down the gradients that the terms of an objective send back to the student's logits, weighted as they are. They
 * are computed anyway, one after the other, before they are added up and go on into the network: so nothing is computed
 * twice, and what is trained stays the same to the bit.
 */
export class TermGradients {
  readonly #sent: Readonly<Record<Term, tf.Tensor[]>> = { distillation: [], student: [] };

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

  /** After the backward pass: sums over batch and classes of d², s² and d·s, scalars by {@link productOutputs}. */
  products(): Tensors {
    const [distillation, student] = [this.#taken('distillation'), this.#taken('student')];
    const sum = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.sum(tf.mul(a, b));
    const products = {
      [productOutputs.distillationSquares]: sum(distillation, distillation),
      [productOutputs.studentSquares]: sum(student, student),
      [productOutputs.product]: sum(distillation, student),
    };
    tf.dispose(this.#sent);
    return products;
  }

  #taken(term: Term): tf.Tensor {
    return this.#sent[term].reduce((a, b) => tf.add(a, b));
  }
}
