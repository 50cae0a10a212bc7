import { setImmediate } from 'node:timers/promises';
import type { Pictures } from '../../data/cache/pictures.js';

/** Pixels a side that a picture keeps at most. */
export const thumbnailSide = 64;
/** Pictures reduced before others have their turn. */
const turn = 64;

/**
 * Pictures small enough to be shown by the hundred: those over 64 pixels a side are reduced, keeping their proportions,
 * each new pixel the mean of the area it covers. Smaller ones are returned as they are.
 */
export async function thumbnails(pictures: Pictures): Promise<Pictures> {
  const { n, channels } = pictures;
  const scale = thumbnailSide / Math.max(pictures.height, pictures.width);
  if (scale >= 1) return pictures;
  const height = Math.max(1, Math.round(pictures.height * scale));
  const width = Math.max(1, Math.round(pictures.width * scale));
  const rows = boxes({ from: pictures.height, to: height });
  const columns = boxes({ from: pictures.width, to: width });
  const size = pictures.height * pictures.width * channels;
  const pixels = new Uint8Array(n * height * width * channels);
  let at = 0;
  for (let picture = 0; picture < n; picture++) {
    if (picture % turn === turn - 1) await setImmediate();
    const source = pictures.pixels.subarray(picture * size, (picture + 1) * size);
    for (const row of rows) {
      for (const column of columns) {
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          for (let down = 0; down < row.weights.length; down++) {
            const line = (row.first + down) * pictures.width + column.first;
            let part = 0;
            for (let right = 0; right < column.weights.length; right++) {
              part += (column.weights[right] ?? 0) * (source[(line + right) * channels + channel] ?? 0);
            }
            sum += (row.weights[down] ?? 0) * part;
          }
          pixels[at++] = Math.round(sum);
        }
      }
    }
  }
  return { n, height, width, channels, pixels };
}

interface Box {
  /** The first old pixel that it covers, if only in part. */
  readonly first: number;
  /** The share of each covered pixel; they sum to 1. */
  readonly weights: readonly number[];
}

/** What each of `to` new pixels covers of `from` old ones. */
function boxes({ from, to }: { from: number; to: number }): Box[] {
  return Array.from({ length: to }, (_, index) => {
    const begin = (index * from) / to;
    const end = ((index + 1) * from) / to;
    const first = Math.floor(begin);
    const weights = Array.from(
      { length: Math.ceil(end) - first },
      (_, offset) => ((Math.min(first + offset + 1, end) - Math.max(first + offset, begin)) * to) / from,
    );
    return { first, weights };
  });
}
