/** Height and width in pixels. */
export interface PlaneSize {
  readonly height: number;
  readonly width: number;
}

/** Taps of a kernel along one axis: from the first to before the last. */
export type TapRange = readonly [from: number, to: number];

/**
 * The taps of a kernel that ever lie over a picture. Of a 3×3 kernel on a single pixel that is the middle one: the other
 * eight only meet padding, have no part in any result, and their gradient is 0 whatever the data.
 */
export interface Reach {
  readonly rows: TapRange;
  readonly columns: TapRange;
}

/** Where a tensor that holds some taps of a kernel belongs. */
export interface ReachablePart {
  /** Shape of the whole kernel, [out, in, height, width], as files hold it. */
  readonly whole: readonly number[];
  readonly reach: Reach;
}

/** A square kernel, and how it is moved. */
export interface Sliding {
  readonly side: number;
  readonly stride: number;
  readonly padding: number;
}

/** The size of what a convolution or pooling gives, as in `nn.Conv2d` and `nn.MaxPool2d`. */
export function afterSliding({ height, width }: PlaneSize, sliding: Sliding): PlaneSize {
  return { height: positions(height, sliding), width: positions(width, sliding) };
}

export const reachOf = ({ height, width }: PlaneSize, sliding: Sliding): Reach => ({
  rows: rangeOf(height, sliding),
  columns: rangeOf(width, sliding),
});

/**
 * The padding that is left around those taps; null where it is not the same on all sides. They must be a square, since
 * TensorFlow.js counts the positions of a kernel by its height alone where padding is a number.
 */
export function paddingWithin({ height, width }: PlaneSize, { rows, columns }: Reach, sliding: Sliding): number | null {
  const padding = sliding.padding - rows[0];
  const side = rows[1] - rows[0];
  const within = ([from, to]: TapRange, size: number): boolean =>
    sliding.padding - from === padding &&
    to - from === side &&
    positions(size, { ...sliding, side, padding }) === positions(size, sliding);
  return padding >= 0 && within(rows, height) && within(columns, width) ? padding : null;
}

const positions = (size: number, { side, stride, padding }: Sliding): number =>
  Math.floor((size + 2 * padding - side) / stride) + 1;

function rangeOf(size: number, sliding: Sliding): TapRange {
  const { side, stride, padding } = sliding;
  const count = positions(size, sliding);
  const met = Array.from({ length: side }, (_, tap) => tap).filter((tap) =>
    Array.from({ length: count }, (_, position) => position * stride + tap - padding).some(
      (pixel) => pixel >= 0 && pixel < size,
    ),
  );
  return [met[0] ?? 0, (met.at(-1) ?? -1) + 1];
}
