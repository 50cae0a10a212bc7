import { dirname, join } from 'node:path';
import { canonicalJson } from '../core/json.js';
import { eachChunk } from './files/fileHash.js';
import { sha256 } from './files/hash.js';

/** Longest name of a companion that is looked for. */
const longestName = 1024;

/** How `key: "location", value:` lies in an ONNX file: a StringStringEntryProto of a tensor's `external_data`. */
const mark = Buffer.from('\x0a\x08location\x12', 'latin1');

/**
 * The files that an ONNX file keeps tensors in, as it names them: relative to its own folder. The names are looked for
 * in the bytes, so that a large file need not be understood to be known.
 */
export async function onnxCompanions(path: string, { signal }: { signal?: AbortSignal } = {}): Promise<string[]> {
  const names = new Set<string>();
  let rest = Buffer.alloc(0);
  await eachChunk(path, { signal }, (chunk) => {
    const bytes = Buffer.concat([rest, chunk]);
    for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) {
      const name = textAt(bytes, at + mark.length);
      if (name !== null) names.add(name);
    }
    rest = Buffer.from(bytes.subarray(-(mark.length + 2 + longestName)));
  });
  return [...names].sort();
}

/** What stands for an ONNX file and its companions: its own SHA-256, where it has none. */
export async function onnxHash(path: string, hashOf: (path: string) => Promise<string>): Promise<string> {
  const own = await hashOf(path);
  const companions = await onnxCompanions(path);
  if (companions.length === 0) return own;
  const others: [string, string][] = [];
  for (const name of companions) others.push([name, await hashOf(join(dirname(path), name))]);
  return sha256(canonicalJson([own, others]));
}

/** A protobuf string: its length as a varint of one or two bytes, then UTF-8. Null where it is cut off or no text. */
function textAt(bytes: Buffer, at: number): string | null {
  const [first = 0, second = 0] = bytes.subarray(at, at + 2);
  const [length, start] = first < 0x80 ? [first, at + 1] : [(first & 0x7f) + (second << 7), at + 2];
  if (length === 0 || length > longestName || start + length > bytes.length) return null;
  const text = bytes.toString('utf8', start, start + length);
  return /\p{Cc}|�/u.test(text) ? null : text;
}
