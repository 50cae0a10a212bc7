import { createHash } from 'node:crypto';

/** Node hashes at most 2 GiB at once. */
const pieceBytes = 2 ** 30;

/** SHA-256 as 64 lower-case hexadecimal digits; a text is hashed as UTF-8. */
export function sha256(data: string | Uint8Array): string {
  const hash = createHash('sha256');
  if (typeof data === 'string') return hash.update(data).digest('hex');
  for (let at = 0; at < data.length; at += pieceBytes) hash.update(data.subarray(at, at + pieceBytes));
  return hash.digest('hex');
}
