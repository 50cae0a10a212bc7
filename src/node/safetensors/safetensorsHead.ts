import type { FileHandle } from 'node:fs/promises';
import { ProblemError } from '../../core/problem.js';
import { fileProblem } from '../fileProblem.js';
import { blockBytes } from './fileSums.js';
import { openRegular } from '../files/regularFile.js';
import { headerEnd, lengthBytes, readLayout, type SafetensorsLayout } from './safetensorsLayout.js';

/**
 * What the header of an open safetensors file says, checked against its size; the tensors are not read.
 * @throws ProblemError `safetensors-damaged`, `checksum-mismatch`, `safetensors-dtype`
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
        fix: 'Try again.',
        place: { file: path },
      });
    }
    done += bytesRead;
  }
}

/** Bytes that are read and checked at a time. */
const pieceBytes = 128 * blockBytes;

/**
 * Fills `bytes` from a place in the data of a file and checks them, where the file has checksums: no more is read than the
 * blocks that they lie in.
 * @param at where they begin in the data
 * @throws ProblemError `checksum-mismatch`, `file-cut-short`
 */
export async function readData(
  file: FileHandle,
  bytes: Uint8Array,
  { at, layout: { begin, sums }, path }: { at: number; layout: SafetensorsLayout; path: string },
): Promise<void> {
  if (sums === null) {
    await readExactly(file, bytes, { at: begin + at, path });
    return;
  }
  const end = at + bytes.length;
  for (let from = at; from < end;) {
    const block = from - (from % blockBytes);
    const whole = end === sums.dataBytes ? end : end - (end % blockBytes);
    if (from === block && whole > from) {
      const piece = bytes.subarray(from - at, Math.min(from + pieceBytes, whole) - at);
      await readExactly(file, piece, { at: begin + from, path });
      sums.check(piece, { at: from });
      from += piece.length;
    } else {
      const around = new Uint8Array(Math.min(block + blockBytes, sums.dataBytes) - block);
      await readExactly(file, around, { at: begin + block, path });
      sums.check(around, { at: block });
      const to = Math.min(end, block + around.length);
      bytes.set(around.subarray(from - block, to - block), from - at);
      from = to;
    }
  }
}

/**
 * Reads all of a file to check it, piece by piece.
 * @throws ProblemError `checksum-mismatch`, `safetensors-damaged`, `file-missing`, …
 */
export async function checkWhole(path: string): Promise<void> {
  const file = await openRegular(path, { attempt: 'read the tensors' });
  try {
    const layout = await readHead(file, path);
    if (layout.sums === null) return;
    const { dataBytes } = layout.sums;
    const buffer = new Uint8Array(Math.min(pieceBytes, dataBytes));
    for (let at = 0; at < dataBytes; at += pieceBytes) {
      await readData(file, buffer.subarray(0, Math.min(pieceBytes, dataBytes - at)), { at, layout, path });
    }
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'read the tensors' });
  } finally {
    await file.close();
  }
}
