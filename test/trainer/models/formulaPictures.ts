/** Pictures by the formulas of record_resize.py. */
export function formulaPicture(
  kind: 'noise' | 'rings',
  [height, width, channels]: readonly [number, number, number],
): Uint8Array {
  const pixels = new Uint8Array(height * width * channels);
  let state = 1;
  for (let index = 0; index < pixels.length; index++) {
    const [x, y] = [Math.floor(index / channels) % width, Math.floor(index / channels / width)];
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    pixels[index] = kind === 'noise' ? state >>> 24 : (3 * x * x + 5 * y * y + x * y) >> (4 + (index % channels));
  }
  return pixels;
}
