import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { canonicalJson } from '../../core/json.js';
import { ProblemError } from '../../core/problem.js';
import { counted } from '../../core/words.js';
import { fileProblem } from '../../node/fileProblem.js';
import { sha256 } from '../../node/files/hash.js';
import { openRegular, readRegularText } from '../../node/files/regularFile.js';

/** Weights that are spread over several safetensors files, as Hugging Face's `model.safetensors.index.json` says. */
export interface ShardIndex {
  /** In the order of their names. */
  readonly shards: readonly { readonly name: string; readonly path: string }[];
  /** The name of the shard of each tensor. */
  readonly shardOf: ReadonlyMap<string, string>;
}

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** An index of a thousand tensors takes 100 kB. */
const largestIndex = 64 * 2 ** 20;
const curlyBracket = 0x7b;

/**
 * The index that a file is; its shards are looked for beside it.
 * @returns null for a file of another kind
 * @throws ProblemError `weights-index` for paths that lead out of the folder, `weights-shard-missing`, `file-missing`, …
 */
export async function readShardIndex(path: string): Promise<ShardIndex | null> {
  const text = await readObject(path);
  if (text === null) return null;
  const { success, data } = indexSchema.safeParse(text);
  if (!success) return null;
  const shardOf = new Map(Object.entries(data.weight_map));
  const names = [...new Set(shardOf.values())].sort();
  for (const name of names) if (!isFileName(name)) throw leadsOut(path, name);
  const shards = names.map((name) => ({ name, path: join(dirname(path), name) }));
  const missing: string[] = [];
  for (const shard of shards) if (!(await isFile(shard.path))) missing.push(shard.name);
  if (missing.length > 0) throw lacksShards(path, { missing, of: shards.length });
  return { shards, shardOf };
}

/** What stands for weights by their contents: the SHA-256 of their file, or of an index together with all its shards. */
export async function weightsHash(path: string, hashOf: (path: string) => Promise<string>): Promise<string> {
  const own = await hashOf(path);
  const index = await readShardIndex(path);
  if (index === null) return own;
  const others: [string, string][] = [];
  for (const shard of index.shards) others.push([shard.name, await hashOf(shard.path)]);
  return sha256(canonicalJson([own, others]));
}

/** The JSON that a file is; null where it is none. A safetensors file can begin with a bracket too, by its length. */
async function readObject(path: string): Promise<unknown> {
  try {
    const file = await openRegular(path, { attempt: 'read the weights' });
    try {
      const { size } = await file.stat();
      const [first] = (await file.read(new Uint8Array(1), 0, 1, 0)).buffer;
      if (first !== curlyBracket || size > largestIndex) return null;
    } finally {
      await file.close();
    }
    return parsed(await readRegularText(path, { attempt: 'read the weights', most: largestIndex }));
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'read the weights' });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A name within the folder and no path: an index comes from elsewhere, as its shards do. */
const isFileName = (name: string): boolean => name !== '' && name !== '.' && name !== '..' && !/[/\\:\0]/.test(name);

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

const leadsOut = (file: string, name: string): ProblemError =>
  new ProblemError({
    code: 'weights-index',
    message: `The index names a file ${JSON.stringify(name)}, which is not one in its own folder.`,
    fix: 'Put all shards beside the index, and their names without folders into it.',
    place: { file },
  });

function lacksShards(file: string, { missing, of }: { missing: readonly string[]; of: number }): ProblemError {
  const some = missing.slice(0, 3).join(', ');
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
  return new ProblemError({
    code: 'weights-shard-missing',
    message: `The index names ${counted(of, 'file')} of weights. Missing beside it: ${some}${more}.`,
    fix: 'Download them into the same folder, or name a file that holds all weights.',
    place: { file },
  });
}
