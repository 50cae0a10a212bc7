import { assertNever } from './problem.js';
import type { InputSpec } from './spec/spec.js';

export type Interpolation = InputSpec['interpolation'];

/** Pillow computes with whole multiples of 2⁻²²; they are exact in float32 as well. */
const fixedPoint = 2 ** 22;

/**
 * What each of `to` pixels of a row takes of `from` old ones, as Pillow's `Image.resize` weighs them
 * (`precompute_coeffs` and `normalize_coeffs_8bpc` of its Resample.c): a kernel around the place of the new pixel, made
 * wider where pictures shrink, so that no old pixel is passed over.
 * @returns weights [to, from], row-major; each row sums to 1 but for rounding
 */
export function resampleWeights(
  { from, to }: { from: number; to: number },
  interpolation: Interpolation,
): Float32Array {
  const { support, kernel } = kernelOf(interpolation);
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const weights = new Float32Array(to * from);
  for (let pixel = 0; pixel < to; pixel++) {
    const center = (pixel + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support * stretch + 0.5));
    const end = Math.min(from, Math.trunc(center + support * stretch + 0.5));
    const row = Array.from({ length: end - first }, (_, index) => kernel((index + first - center + 0.5) / stretch));
    const sum = row.reduce((total, weight) => total + weight, 0);
    row.forEach((weight, index) => {
      weights[pixel * from + first + index] = Math.round((weight / sum) * fixedPoint) / fixedPoint;
    });
  }
  return weights;
}

function kernelOf(interpolation: Interpolation): { support: number; kernel: (x: number) => number } {
  switch (interpolation) {
    case 'bilinear':
      return { support: 1, kernel: triangle };
    case 'bicubic':
      return { support: 2, kernel: cubic };
    default:
      return assertNever(interpolation);
  }
}

const triangle = (x: number): number => Math.max(0, 1 - Math.abs(x));

/** Keys's cubic convolution (1981) with a = −0.5. */
function cubic(x: number): number {
  const a = -0.5;
  const t = Math.abs(x);
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
}
