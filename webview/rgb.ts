/** 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Any colours that CSS knows, as numbers: the browser itself says what they mean. */
export function rgbOf(colors: readonly string[]): Rgb[] {
  const canvas = document.createElement('canvas');
  canvas.width = colors.length;
  canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return [];
  for (const [index, color] of colors.entries()) {
    context.fillStyle = color;
    context.fillRect(index, 0, 1, 1);
  }
  const { data } = context.getImageData(0, 0, colors.length, 1);
  return colors.map((_, index) => [data[4 * index] ?? 0, data[4 * index + 1] ?? 0, data[4 * index + 2] ?? 0]);
}
