import { ProblemError } from '../../src/core/problem.js';

/** Beyond this, Chromium gives no canvas. */
const longestSide = 16_384;

/**
 * A standalone SVG as a PNG, two pixels for each CSS pixel, fewer where the picture is too large for that.
 *
 * @throws ProblemError where the browser cannot draw it
 */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode().catch((error: unknown) => {
      throw new ProblemError(undrawable, { cause: error });
    });
    const scale = Math.min(2, longestSide / Math.max(image.width, image.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (blob === null) throw new ProblemError(undrawable);
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}

const undrawable = {
  code: 'picture-not-drawn',
  message: 'The picture could not be drawn as a PNG.',
  fix: 'Export it as SVG instead.',
};
