import { readRegular } from '../node/files/regularFile.js';

/** Protocol buffers, which ONNX files are, have no more. */
const mostBytes = 2 ** 31 - 1;

/**
 * A file as bytes.
 * @param attempt as in "could not <attempt>"
 * @throws ProblemError `file-missing`, `not-a-regular-file`, `file-too-large`, `no-permission`, …
 */
export function readWhole(path: string, { attempt }: { attempt: string }): Promise<Uint8Array> {
  return readRegular(path, { attempt, most: mostBytes });
}
