import { readFile } from 'node:fs/promises';
import { fileProblem } from '../run/files/fileProblem.js';

/** A file as bytes. @param attempt as in "could not <attempt>" @throws ProblemError `file-missing`, `no-permission`, … */
export async function readWhole(path: string, { attempt }: { attempt: string }): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw fileProblem(error, { path, attempt });
  }
}
