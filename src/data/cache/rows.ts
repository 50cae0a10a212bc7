import type { FileHandle } from 'node:fs/promises';
import { readExactly } from '../../node/safetensors/safetensorsHead.js';

/** A table of numbers, float32 [n, width], read a few rows at a time. */
export interface Rows {
  readonly n: number;
  readonly width: number;
  /** Copies rows, in the order of the indices, to `out` [indices.length, width]. */
  gather(indices: Int32Array, out: Float32Array): Promise<void>;
  /** All of it; a view where it lies in memory. */
  all(): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** All of the rows, float32 [n, width], which are disposed of. */
export async function takeAll(rows: Rows): Promise<Float32Array> {
  try {
    return await rows.all();
  } finally {
    await rows.dispose();
  }
}

/** Rows that lie in memory. */
export function rowsInMemory(values: Float32Array, { n, width }: { n: number; width: number }): Rows {
  return {
    n,
    width,
    gather: (indices, out) => {
      indices.forEach((index, row) => {
        out.set(values.subarray(index * width, (index + 1) * width), row * width);
      });
      return Promise.resolve();
    },
    all: () => Promise.resolve(values),
    dispose: () => Promise.resolve(),
  };
}

/** Rows of a file that is too large for memory. It stays open until it is disposed of. */
export function rowsOfFile(
  file: FileHandle,
  { path, begin, n, width }: { path: string; begin: number; n: number; width: number },
): Rows {
  const rowBytes = 4 * width;
  const read = (out: Float32Array, { first }: { first: number }): Promise<void> => {
    const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
    return readExactly(file, bytes, { at: begin + first * rowBytes, path });
  };
  return {
    n,
    width,
    gather: async (indices, out) => {
      for (const [row, index] of indices.entries()) {
        await read(out.subarray(row * width, (row + 1) * width), { first: index });
      }
    },
    all: async () => {
      const values = new Float32Array(n * width);
      await read(values, { first: 0 });
      return values;
    },
    dispose: () => file.close(),
  };
}
