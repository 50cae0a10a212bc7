import type { FileHandle } from 'node:fs/promises';
import { ProblemError } from '../../core/problem.js';
import { headerEnd, lengthBytes, readLayout, type SafetensorsLayout } from './safetensorsLayout.js';

/**
 * What the header of an open safetensors file says, checked against its size; the tensors are not read.
 * @throws ProblemError `safetensors-damaged`, `safetensors-dtype`
 */
export async function readHead(file: FileHandle, path: string): Promise<SafetensorsLayout> {
  const { size } = await file.stat();
  const lengths = new Uint8Array(Math.min(lengthBytes, size));
  await readExactly(file, lengths, { at: 0, path });
  const head = new Uint8Array(headerEnd(lengths, { size, file: path }));
  await readExactly(file, head, { at: 0, path });
  return readLayout(head, { size, file: path });
}

/** Fills `bytes` from a place in a file. @throws ProblemError `file-cut-short` */
export async function readExactly(
  file: FileHandle,
  bytes: Uint8Array,
  { at, path }: { at: number; path: string },
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, at + done);
    if (bytesRead === 0) {
      throw new ProblemError({
        code: 'file-cut-short',
        message: 'The file was cut short while it was read.',
        mend: 'Try again.',
        place: { file: path },
      });
    }
    done += bytesRead;
  }
}
