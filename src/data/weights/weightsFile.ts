import { ProblemError } from '../../core/problem.js';
import { fileProblem } from '../../node/fileProblem.js';
import { tensorOf, type StoredTensor } from '../../node/safetensors/safetensors.js';
import { readData, readHead } from '../../node/safetensors/safetensorsHead.js';
import type { SafetensorsLayout, TensorPlace } from '../../node/safetensors/safetensorsLayout.js';
import { notSafetensors } from './notSafetensors.js';
import { readShardIndex, type ShardIndex } from './shardIndex.js';
import { openRegular } from '../../node/files/regularFile.js';

/** A tensor of weights: where it lies, and what lies there. */
export interface WeightsTensor extends Pick<TensorPlace, 'name' | 'dtype' | 'shape'> {
  /** The file that holds it: the one that was named, or a shard of it. */
  readonly file: string;
  /** Its first byte in that file's data, and the one behind its last. */
  readonly begin: number;
  readonly end: number;
  readonly layout: SafetensorsLayout;
}

/**
 * The tensors of a file of weights: a safetensors file, or the index (`model.safetensors.index.json`) of one that was cut
 * into shards. Headers alone are read, so a large file takes no longer than a small one.
 * @throws ProblemError what is wrong with the file, what it is where it is none of weights, `weights-shard-missing`,
 *   `weights-index`
 */
export async function weightsTensors(path: string): Promise<readonly WeightsTensor[]> {
  const index = await readShardIndex(path);
  if (index === null) return tensorsIn(path);
  const shards = await Promise.all(index.shards.map(({ path: shard }) => tensorsIn(shard)));
  return inShards(path, index, shards.flat());
}

async function tensorsIn(path: string): Promise<WeightsTensor[]> {
  const other = await notSafetensors(path);
  if (other !== null) throw other;
  try {
    const file = await openRegular(path, { attempt: 'read the weights' });
    try {
      const layout = await readHead(file, path);
      return layout.tensors.map((tensor) => ({ ...tensor, file: path, layout }));
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'read the weights' });
  }
}

/** The tensors of all shards. Where two have one name the index says whose it is; what it names must be where it says. */
function inShards(path: string, { shardOf, shards }: ShardIndex, tensors: readonly WeightsTensor[]): WeightsTensor[] {
  const files = new Map(shards.map(({ name, path: file }) => [name, file]));
  const meant = ({ name, file }: WeightsTensor): boolean => {
    const shard = shardOf.get(name);
    return shard === undefined || files.get(shard) === file;
  };
  const found = tensors.filter(meant);
  const names = new Set(found.map(({ name }) => name));
  for (const [name, shard] of shardOf) {
    if (names.has(name)) continue;
    throw new ProblemError({
      code: 'weights-index',
      message: `The index says that \`${name}\` is in ${shard}, and it is not there.`,
      fix: 'Download all files of the model again: they are of different versions.',
      place: { file: path },
    });
  }
  return found;
}

/**
 * The values of a tensor, checked where the file has checksums.
 * @throws ProblemError `checksum-mismatch`, `file-cut-short`, `file-missing`, …
 */
export async function readTensor({
  file: path,
  begin,
  end,
  dtype,
  shape,
  layout,
}: WeightsTensor): Promise<StoredTensor> {
  try {
    const file = await openRegular(path, { attempt: 'read the weights' });
    try {
      const bytes = new Uint8Array(end - begin);
      await readData(file, bytes, { at: begin, layout, path });
      return tensorOf(dtype, shape, bytes);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'read the weights' });
  }
}
