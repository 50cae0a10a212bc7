import { resampleWeights } from '../../core/resample.js';

/** Rows and columns of patches. */
export type Grid = readonly [number, number];

/** The square grid of so many positions behind the class token; null where they are none, as timm cannot know either. */
export function squareGrid(positions: number): Grid | null {
  const side = Math.round(Math.sqrt(positions - 1));
  return side > 0 && side * side === positions - 1 ? [side, side] : null;
}

/**
 * Positions of a vision transformer for another grid of patches, as timm's `resample_abs_pos_embed` makes them: those of
 * the patches like a picture, bicubic with antialiasing (PyTorch's `F.interpolate`, whose kernel is Pillow's); that of the
 * class token stays.
 * @param positions [1, 1 + rows · columns, width] of the old grid
 * @returns the same of the new grid
 */
export function resizedPositions(
  positions: Float32Array,
  { from, to, width }: { from: Grid; to: Grid; width: number },
): Float32Array {
  const [oldRows, oldColumns] = from;
  const [rows, columns] = to;
  const patches = positions.subarray(width);
  const across = product(patches, {
    ...{ weights: resampleWeights({ from: oldColumns, to: columns }, 'bicubic'), outer: oldRows },
    ...{ from: oldColumns, to: columns, inner: width },
  });
  const down = product(across, {
    ...{ weights: resampleWeights({ from: oldRows, to: rows }, 'bicubic'), outer: 1 },
    ...{ from: oldRows, to: rows, inner: columns * width },
  });
  const resized = new Float32Array(width + down.length);
  resized.set(positions.subarray(0, width));
  resized.set(down, width);
  return resized;
}

/** One axis of values [outer, from, inner] multiplied by weights [to, from]: [outer, to, inner]. */
function product(
  values: Float32Array,
  {
    weights,
    outer,
    from,
    to,
    inner,
  }: { weights: Float32Array; outer: number; from: number; to: number; inner: number },
): Float32Array {
  const result = new Float32Array(outer * to * inner);
  for (let block = 0; block < outer; block++) {
    for (let target = 0; target < to; target++) {
      for (let place = 0; place < inner; place++) {
        let sum = 0;
        for (let source = 0; source < from; source++) {
          sum += (weights[target * from + source] ?? 0) * (values[(block * from + source) * inner + place] ?? 0);
        }
        result[(block * to + target) * inner + place] = sum;
      }
    }
  }
  return result;
}
