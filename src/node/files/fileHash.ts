import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { fileProblem } from '../fileProblem.js';
import { openRegular } from './regularFile.js';

/** Told how many bytes of a file are done. */
export type OnBytes = (done: number, total: number) => void;

const chunkBytes = 4 * 2 ** 20;

/**
 * SHA-256 of files, each read once as long as it does not change: a sweep names the same weights again and again.
 */
export class FileHashes {
  readonly #known = new Map<string, { readonly sign: string; readonly sha256: Promise<string> }>();

  /**
   * @param signal stops the reading; its reason is thrown
   * @throws ProblemError `file-missing`, `no-permission`, …
   */
  async of(path: string, { signal, onBytes }: { signal?: AbortSignal; onBytes?: OnBytes } = {}): Promise<string> {
    try {
      const { size, mtimeMs, ino } = await stat(path);
      const sign = `${size} ${mtimeMs} ${ino}`;
      const known = this.#known.get(path);
      if (known?.sign === sign) return await known.sha256;
      const sha256 = hashFile(path, { signal, onBytes });
      this.#known.set(path, { sign, sha256 });
      // One that was stopped, or failed, is read anew by whoever asks next.
      sha256.catch(() => this.#known.delete(path));
      return await sha256;
    } catch (error) {
      if (signal?.aborted === true && error === signal.reason) throw error;
      throw fileProblem(error, { path, attempt: 'read the file' });
    }
  }
}

async function hashFile(
  path: string,
  { signal, onBytes }: { signal: AbortSignal | undefined; onBytes: OnBytes | undefined },
): Promise<string> {
  const hash = createHash('sha256');
  await eachChunk(path, { signal, onBytes }, (chunk) => void hash.update(chunk));
  return hash.digest('hex');
}

/**
 * Reads a file piece by piece, in order.
 * @param take is given bytes that are valid until it returns
 */
export async function eachChunk(
  path: string,
  { signal, onBytes }: { signal?: AbortSignal | undefined; onBytes?: OnBytes | undefined },
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  const file = await openRegular(path, { attempt: 'read the file' });
  try {
    const { size } = await file.stat();
    const buffer = new Uint8Array(Math.max(1, Math.min(chunkBytes, size)));
    for (let done = 0; ;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, buffer.length, done);
      if (bytesRead === 0) return;
      take(buffer.subarray(0, bytesRead));
      done += bytesRead;
      onBytes?.(done, Math.max(size, done));
    }
  } finally {
    await file.close();
  }
}
