import type { FileHandle } from 'node:fs/promises';

/**
 * Writes all of some bytes at a place of a file. The system may take a part of them only, and does so without a word where
 * a disk is almost full; the next attempt says it.
 */
export async function writeAt(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}
