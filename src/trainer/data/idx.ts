import { ProblemError } from '../../core/problem.js';
import type { DataFile } from './dataFile.js';

/** Magic numbers of IDX files: unsigned bytes in three dimensions, in four, or in one. */
const magics = { grey: 0x00000803, colour: 0x00000804, labels: 0x00000801 } as const;

/** Pictures of an IDX file, row-major [count, height, width, channels]; a view of the file's bytes. */
export interface IdxImages {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly images: Uint8Array;
}

/**
 * Reads a file of pictures in the IDX format of MNIST: magic 2051, count, rows, columns (big-endian), then bytes. With
 * the magic 2052 a fourth dimension follows, of 3 channels, or 1.
 * @throws ProblemError `idx-wrong-magic`, `idx-wrong-size` or `idx-wrong-channels`
 */
export function parseIdxImages(bytes: Uint8Array, from: DataFile): IdxImages {
  const expected = [magics.grey, magics.colour];
  const [count = 0, height = 0, width = 0, channels = 1] = header(bytes, { from, expected, what: 'pictures' });
  if (channels !== 1 && channels !== 3) {
    throw new ProblemError({
      code: 'idx-wrong-channels',
      message: `The pictures of this IDX file have a last dimension of ${channels}, expected 3 channels, or 1.`,
      fix: 'Write it as [count, rows, columns, channels].',
      place: { file: from.file },
    });
  }
  const images = payload(bytes, { from, length: count * height * width * channels });
  return { count, height, width, channels, images };
}

/**
 * Reads a file of labels in the IDX format of MNIST: magic 2049, count (big-endian), then a byte each.
 * @throws ProblemError `idx-wrong-magic` or `idx-wrong-size`
 */
export function parseIdxLabels(bytes: Uint8Array, from: DataFile): Int32Array {
  const [count = 0] = header(bytes, { from, expected: [magics.labels], what: 'labels' });
  return Int32Array.from(payload(bytes, { from, length: count }));
}

/** Bytes of an IDX file by its own header; null for what is no such file. @param begin of it, or all */
export function idxSize(begin: Uint8Array): number | null {
  const view = new DataView(begin.buffer, begin.byteOffset, begin.byteLength);
  const magic = begin.length < 4 ? 0 : view.getUint32(0);
  if (!Object.values<number>(magics).includes(magic) || begin.length < headerLength(magic)) return null;
  const sizes = Array.from({ length: magic & 0xff }, (_, index) => view.getUint32(4 + 4 * index));
  return sizes.reduce((product, size) => product * size, 1) + headerLength(magic);
}

/** Bytes of the magic number and the sizes; the number of those is the last byte of the magic number. */
const headerLength = (magic: number): number => 4 + 4 * (magic & 0xff);

/** The sizes that follow the magic number. */
function header(
  bytes: Uint8Array,
  { from, expected, what }: { from: DataFile; expected: readonly number[]; what: string },
): number[] {
  const least = headerLength(Math.min(...expected));
  if (bytes.length < least) throw wrongSize(from, { found: bytes.length, expected: `a header of ${least} bytes` });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = view.getUint32(0);
  if (!expected.includes(found)) {
    throw new ProblemError({
      code: 'idx-wrong-magic',
      message: `This is no IDX file of ${what}: it begins with the number ${found}, expected ${expected.join(' or ')}.`,
      fix: from.fix,
      place: { file: from.file },
    });
  }
  const length = headerLength(found);
  if (bytes.length < length) throw wrongSize(from, { found: bytes.length, expected: `a header of ${length} bytes` });
  return Array.from({ length: found & 0xff }, (_, index) => view.getUint32(4 + 4 * index));
}

function payload(bytes: Uint8Array, { from, length }: { from: DataFile; length: number }): Uint8Array {
  const start = headerLength(bytes[3] ?? 0);
  if (bytes.length !== start + length) {
    throw wrongSize(from, { found: bytes.length, expected: `${start + length} by its own header` });
  }
  return bytes.subarray(start);
}

function wrongSize({ file, fix }: DataFile, { found, expected }: { found: number; expected: string }): ProblemError {
  return new ProblemError({
    code: 'idx-wrong-size',
    message: `The file has ${found} bytes, expected ${expected}. It was cut short, or something was added to it.`,
    fix,
    place: { file },
  });
}
