/**
 * How strongly the two terms of an objective pull at a student's logits in a step, each weighted as it enters the
 * objective: with α, T² and the warm-up.
 */
export interface GradientTerms {
  /** The root mean square over the batch of the norm of ∂(distillation term)/∂logits of each example. */
  readonly distillation: number;
  /** The same of the student loss. */
  readonly student: number;
  /** Of the angle between the two gradients of the batch; NaN where one of them is 0. */
  readonly cosine: number;
}

/** Sums over batch and classes of products of the two gradients, each that of a mean over the batch. */
export interface GradientProducts {
  readonly distillationSquares: number;
  readonly studentSquares: number;
  readonly product: number;
}

/** @param n examples in the batch: the gradient of an example's own loss is n times its row in that of the mean */
export function gradientTerms(
  { distillationSquares, studentSquares, product }: GradientProducts,
  { n }: { n: number },
): GradientTerms {
  const cosine = product / Math.sqrt(distillationSquares * studentSquares);
  return {
    distillation: Math.sqrt(n * distillationSquares),
    student: Math.sqrt(n * studentSquares),
    // Rounding makes a little more than 1 of parallel gradients.
    cosine: Math.max(-1, Math.min(1, cosine)),
  };
}

/** The distillation term's part of both norms, 0 to 1; the rest is the student loss's. NaN where both are 0. */
export function gradientShare({ distillation, student }: Pick<GradientTerms, 'distillation' | 'student'>): number {
  return distillation / (distillation + student);
}
