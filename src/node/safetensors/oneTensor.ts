import type { FileHandle } from 'node:fs/promises';
import type * as z from 'zod';
import type { ProblemError } from '../../core/problem.js';
import { withRoomForSums, writeHeadSum } from './fileSums.js';
import { readHead } from './safetensorsHead.js';
import { elementBytes, elements, lengthBytes, metadataKey } from './safetensorsLayout.js';

/**
 * A safetensors file that holds one tensor and says of itself, as JSON in its metadata, what that is: what the cache is
 * made of.
 */
export interface OneTensor {
  readonly name: string;
  readonly dtype: 'F32' | 'U8';
  readonly shape: readonly number[];
}

const aboutKey = 'distillery';

/** What a file says of itself, under the key that all of ours have. */
export const aboutMetadata = (about: object): Record<string, string> => ({ [aboutKey]: JSON.stringify(about) });

/** What a file's metadata say of it, unchecked; null where they say nothing that is JSON. */
export function aboutIn(metadata: Readonly<Record<string, string>>): unknown {
  try {
    return JSON.parse(metadata[aboutKey] ?? 'null');
  } catch {
    return null;
  }
}

/**
 * All of the file up to its tensor's bytes, with a checksum of itself; its length depends on how long the words of `about`
 * are, which say one of the tensor.
 */
export function oneTensorHead({ name, dtype, shape }: OneTensor, about: object): Uint8Array {
  const text = JSON.stringify({
    [metadataKey]: withRoomForSums(aboutMetadata(about), { dataBytes: null }),
    [name]: { dtype, shape, data_offsets: [0, elements(shape) * elementBytes[dtype]] },
  });
  const encoded = new TextEncoder().encode(text);
  const bytes = new Uint8Array(Math.ceil((lengthBytes + encoded.length) / 8) * 8).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(bytes.length - lengthBytes), true);
  bytes.set(encoded, lengthBytes);
  writeHeadSum(bytes);
  return bytes;
}

/**
 * What a file says that it holds, and where its tensor begins; the tensor itself is not read.
 * @param rank how many sizes the tensor's shape must have
 * @param damaged makes the problem of what is wrong
 * @throws ProblemError `safetensors-damaged` for what is cut short, `damaged` for what is of another kind
 */
export async function readOneTensor<About extends z.ZodType>(
  file: FileHandle,
  path: string,
  {
    name,
    dtype,
    rank,
    about,
    damaged,
  }: Omit<OneTensor, 'shape'> & { rank: number; about: About; damaged: (path: string, what: string) => ProblemError },
): Promise<{ readonly about: z.output<About>; readonly shape: readonly number[]; readonly begin: number }> {
  const { begin, tensors, metadata } = await readHead(file, path);
  const [tensor, ...more] = tensors;
  if (tensor?.name !== name || tensor.dtype !== dtype || tensor.shape.length !== rank || more.length > 0) {
    throw damaged(path, `it does not hold one tensor \`${name}\` of ${dtype} with ${rank} sizes`);
  }
  const said = about.safeParse(aboutIn(metadata));
  if (!said.success) throw damaged(path, 'it does not say what it holds');
  return { about: said.data, shape: tensor.shape, begin };
}
