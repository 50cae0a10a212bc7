import { lstat, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, win32 } from 'node:path';
import { canonicalJson } from '../../core/json.js';
import { ProblemError } from '../../core/problem.js';
import { eachChunk } from '../../node/files/fileHash.js';
import { fileProblem } from '../../node/fileProblem.js';
import { sha256 } from '../../node/files/hash.js';

/** Longest name of a companion that is looked for. */
const longestName = 1024;
/** Files that one model keeps its tensors in: exporters write one, or one for each of a few hundred tensors. */
const mostCompanions = 10_000;

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
      if (names.size > mostCompanions) throw tooMany(path);
    }
    rest = Buffer.from(bytes.subarray(-(mark.length + 2 + longestName)));
  });
  return [...names].sort();
}

/**
 * What stands for an ONNX file and its companions: its own SHA-256, where it has none. A companion that lies elsewhere
 * is refused before anything is read of it: whoever wrote the file would learn what others keep there.
 * @throws ProblemError `onnx-companion`; what `hashOf` throws
 */
export async function onnxHash(path: string, hashOf: (path: string) => Promise<string>): Promise<string> {
  const own = await hashOf(path);
  const companions = await onnxCompanions(path);
  if (companions.length === 0) return own;
  await mustLieBeside(path, companions);
  const others: [string, string][] = [];
  for (const name of companions) others.push([name, await hashOf(join(dirname(path), name))]);
  return sha256(canonicalJson([own, others]));
}

/** @throws ProblemError `onnx-companion` for names and links that lead out of the folder of the file */
async function mustLieBeside(path: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const isElsewhere = isAbsolute(name) || win32.isAbsolute(name) || name.split(/[\\/]/).includes('..');
    if (isElsewhere) throw leadsOut(path, name, 'lies elsewhere');
  }
  try {
    const folder = await realpath(dirname(path));
    for (const name of names) {
      const companion = join(dirname(path), name);
      // Which is missing is told when it is read.
      if ((await lstat(companion).catch(() => null)) === null) continue;
      const inside = relative(folder, await realpath(companion));
      if (inside.startsWith('..') || isAbsolute(inside)) throw leadsOut(path, name, 'is a link that leads elsewhere');
    }
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'look for the files beside the ONNX model' });
  }
}

const leadsOut = (file: string, name: string, how: string): ProblemError =>
  new ProblemError({
    code: 'onnx-companion',
    message: `The ONNX file keeps tensors in ${JSON.stringify(name)}, which ${how}. Only files in its own folder are read.`,
    fix: 'Put the file itself into the folder of the model, or export the model again with all its weights in one file.',
    place: { file },
  });

const tooMany = (file: string): ProblemError =>
  new ProblemError({
    code: 'onnx-companion',
    message: `The ONNX file names more than ${mostCompanions} files that it keeps tensors in.`,
    fix: 'Export it again with all its weights in one file.',
    place: { file },
  });

/** A protobuf string: its length as a varint of one or two bytes, then UTF-8. Null where it is cut off or no text. */
function textAt(bytes: Buffer, at: number): string | null {
  const [first = 0, second = 0] = bytes.subarray(at, at + 2);
  const [length, start] = first < 0x80 ? [first, at + 1] : [(first & 0x7f) + (second << 7), at + 2];
  if (length === 0 || length > longestName || start + length > bytes.length) return null;
  const text = bytes.toString('utf8', start, start + length);
  return /\p{Cc}|�/u.test(text) ? null : text;
}
