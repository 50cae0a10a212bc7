/** A stretch of an axis, min < max. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** The range made wider (factor > 1) or narrower about a point that stays where it is. */
export function zoomed(range: Range, { about, factor }: { about: number; factor: number }): Range {
  return { min: about - (about - range.min) * factor, max: about + (range.max - about) * factor };
}

export function moved(range: Range, by: number): Range {
  return { min: range.min + by, max: range.max + by };
}

/** The range pushed back into another one, keeping its width; the whole of it where it is wider. */
export function within(range: Range, whole: Range): Range {
  const width = range.max - range.min;
  if (width >= whole.max - whole.min) return whole;
  if (range.min < whole.min) return { min: whole.min, max: whole.min + width };
  if (range.max > whole.max) return { min: whole.max - width, max: whole.max };
  return range;
}

/** Whether a range can still be told apart by numbers of the size of its ends. */
export function isWideEnough({ min, max }: Range): boolean {
  return max - min > 1e-9 * Math.max(Math.abs(min), Math.abs(max), 1e-12);
}

/** The range from a to b, whichever is smaller. */
export function between(a: number, b: number): Range {
  return a < b ? { min: a, max: b } : { min: b, max: a };
}

/** With some air on both sides; a single value gets a range about it. */
export function padded({ min, max }: Range, share: number): Range {
  if (max > min) return { min: min - share * (max - min), max: max + share * (max - min) };
  const air = min === 0 ? 1 : Math.abs(min) / 2;
  return { min: min - air, max: max + air };
}
