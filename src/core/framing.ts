import type { InputSpec } from './spec/spec.js';

/** Height and width in pixels. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** What becomes of one axis of a picture: resized, then cut or given a margin. */
export interface AxisFraming {
  /** Its length before. */
  readonly from: number;
  /** Its length once it is resized. */
  readonly resized: number;
  /** The pixels that are kept of that. */
  readonly first: number;
  readonly count: number;
  /** Margins around what is kept. */
  readonly before: number;
  readonly after: number;
}

export interface Framing {
  readonly rows: AxisFraming;
  readonly columns: AxisFraming;
}

/**
 * How pictures of one size become those that a network sees.
 * - `stretch`: both sides are resized, whatever the proportions.
 * - `crop`: torchvision's `Resize(resize)` and `CenterCrop(size)`: the short side is resized and the centre cut out; without
 *   `resize` the picture is resized so that it just covers the size.
 * - `pad`: Pillow's `ImageOps.pad`: the whole picture, as large as fits, with margins.
 */
export function framingOf(
  picture: Size,
  { size, fit = 'stretch', resize }: Pick<InputSpec, 'size' | 'fit' | 'resize'>,
): Framing {
  const target = sizeOf(picture, size);
  const resized = resizedSize(picture, { target, fit, resize });
  const axis = (side: keyof Size): AxisFraming => ({
    from: picture[side],
    resized: resized[side],
    ...(fit === 'pad' ? padded(resized[side], target[side]) : centred(resized[side], target[side])),
  });
  return { rows: axis('height'), columns: axis('width') };
}

/** The size that a network sees. */
export function sizeOf({ height, width }: Size, size: InputSpec['size']): Size {
  if (size === null) return { height, width };
  return typeof size === 'number' ? { height: size, width: size } : { height: size[0], width: size[1] };
}

function resizedSize(
  picture: Size,
  { target, fit, resize }: { target: Size; fit: 'stretch' | 'crop' | 'pad'; resize: number | undefined },
): Size {
  const { height, width } = picture;
  switch (fit) {
    case 'stretch':
      return target;
    case 'crop': {
      // torchvision's `_compute_resized_output_size`: the long side is cut to a whole number.
      const long = (short: number): number => Math.trunc((short * Math.max(height, width)) / Math.min(height, width));
      if (resize !== undefined) {
        return width <= height ? { height: long(resize), width: resize } : { height: resize, width: long(resize) };
      }
      const byHeight = target.height * width >= target.width * height;
      return byHeight
        ? { height: target.height, width: Math.max(target.width, Math.trunc((target.height * width) / height)) }
        : { height: Math.max(target.height, Math.trunc((target.width * height) / width)), width: target.width };
    }
    case 'pad': {
      // Pillow's `ImageOps.contain`.
      const wider = width / height > target.width / target.height;
      return wider
        ? { height: Math.max(1, halfToEven((height / width) * target.width)), width: target.width }
        : { height: target.height, width: Math.max(1, halfToEven((width / height) * target.height)) };
    }
  }
}

/** The middle of an axis; where it is too short a margin on both sides (torchvision's `center_crop`). */
function centred(length: number, target: number): Omit<AxisFraming, 'from' | 'resized'> {
  if (length >= target) return { first: halfToEven((length - target) / 2), count: target, before: 0, after: 0 };
  const before = Math.floor((target - length) / 2);
  return { first: 0, count: length, before, after: target - length - before };
}

/** A whole axis with margins. */
function padded(length: number, target: number): Omit<AxisFraming, 'from' | 'resized'> {
  const before = halfToEven((target - length) / 2);
  return { first: 0, count: length, before, after: target - length - before };
}

/** To the nearest whole number, a half to the even one: Python's `round`. */
function halfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
