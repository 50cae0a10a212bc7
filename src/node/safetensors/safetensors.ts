import { constants } from 'node:buffer';
import { ProblemError } from '../../core/problem.js';
import { writeFileAtomic } from '../files/atomicFile.js';
import { fileProblem } from '../fileProblem.js';
import { withRoomForSums, writeDataSums, writeHeadSum } from './fileSums.js';
import type { OwnFile } from '../files/ownFile.js';
import { elementBytes, elements, metadataKey, readLayout, type Dtype } from './safetensorsLayout.js';
import { readRegular } from '../files/regularFile.js';

/** `F16` and `BF16` as their raw 16 bits, `BOOL` as bytes 0 and 1. */
interface DataByDtype extends Record<Dtype, unknown> {
  F64: Float64Array;
  F32: Float32Array;
  F16: Uint16Array;
  BF16: Uint16Array;
  I64: BigInt64Array;
  I32: Int32Array;
  U8: Uint8Array;
  BOOL: Uint8Array;
}

export type { Dtype } from './safetensorsLayout.js';

const layoutOrder = Object.keys(elementBytes);

/** A tensor as it lies in a file: row-major; a shape of `[]` is a scalar. */
export interface StoredTensorOf<D extends Dtype> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: DataByDtype[D];
}
export type StoredTensor = { [D in Dtype]: StoredTensorOf<D> }[Dtype];

export interface Safetensors {
  readonly tensors: Readonly<Record<string, StoredTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const alignment = 8;
/** What is read whole must fit into one piece of memory. */
const mostBytes = constants.MAX_LENGTH;

/**
 * Tensors as bytes in the safetensors format (https://huggingface.co/docs/safetensors, "Format").
 * Byte for byte what the reference implementation writes: the widest elements come first and the header is padded, so
 * that every tensor is aligned to its element.
 * @param sums whether it is to have checksums of ours among its metadata
 * @throws ProblemError `safetensors-input` when a shape does not fit its data
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
  { sums = false }: { sums?: boolean } = {},
): Uint8Array {
  const entries = Object.entries(tensors).sort(
    ([nameA, a], [nameB, b]) =>
      layoutOrder.indexOf(a.dtype) - layoutOrder.indexOf(b.dtype) || (nameA < nameB ? -1 : Number(nameA > nameB)),
  );
  const dataBytes = entries.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
  const said = sums ? withRoomForSums(metadata, { dataBytes }) : metadata;
  const header: [string, unknown][] = Object.keys(said).length === 0 ? [] : [[metadataKey, said]];
  let end = 0;
  for (const [name, { dtype, shape, data }] of entries) {
    if (name === metadataKey || elements(shape) !== data.length) {
      throw new ProblemError({
        code: 'safetensors-input',
        message: `Tensor \`${name}\` of shape [${shape.join(', ')}] cannot be stored with ${data.length} elements.`,
        fix: `The product of the shape must be the number of elements, and \`${metadataKey}\` is no name of a tensor.`,
      });
    }
    header.push([name, { dtype, shape, data_offsets: [end, end + data.byteLength] }]);
    end += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const start = Math.ceil((8 + text.length) / alignment) * alignment;
  const bytes = new Uint8Array(start + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(text, 8);
  bytes.fill(0x20, 8 + text.length, start);
  let at = start;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  if (!sums) return bytes;
  writeDataSums(bytes.subarray(0, start), bytes.subarray(start));
  writeHeadSum(bytes.subarray(0, start));
  return bytes;
}

/**
 * Reads what {@link encodeSafetensors} or any other writer of the format made, checking all of it.
 * Where a tensor is aligned its data is a view into `bytes`, elsewhere a copy.
 * @param place names the file in messages
 * @throws ProblemError `safetensors-damaged`, `checksum-mismatch`, or `safetensors-dtype` for an element type that we do
 *   not know
 */
export function decodeSafetensors(bytes: Uint8Array, place: { file: string }): Safetensors {
  const { begin: start, tensors: found, metadata, sums } = readLayout(bytes, { size: bytes.length, ...place });
  sums?.check(bytes.subarray(start), { at: 0 });
  const tensors = found.map(({ name, dtype, shape, begin, end }): [string, StoredTensor] => [
    name,
    tensorOf(dtype, shape, bytes.subarray(start + begin, start + end)),
  ]);
  return { tensors: Object.fromEntries(tensors), metadata };
}

/** Reads and checks a file. @throws ProblemError as {@link decodeSafetensors}, or `file-missing`, … */
export async function readSafetensors(path: string): Promise<Safetensors> {
  let bytes: Uint8Array;
  try {
    bytes = await readRegular(path, { attempt: 'read the tensors', most: mostBytes });
  } catch (error) {
    throw fileProblem(error, { path, attempt: 'read the tensors' });
  }
  return decodeSafetensors(bytes, { file: path });
}

/** Writes a file with checksums, whole or not at all. @throws ProblemError `disk-full`, `no-permission`, … */
export async function writeSafetensors(
  target: OwnFile,
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
  options: Parameters<typeof writeFileAtomic>[2] = {},
): Promise<void> {
  await writeFileAtomic(target, encodeSafetensors(tensors, metadata, { sums: true }), options);
}

/**
 * One tensor that must be there.
 * @throws ProblemError `safetensors-tensor` when it is missing or of another element type
 */
export function requireTensor<D extends Dtype>(
  { tensors }: Safetensors,
  { name, dtype, file }: { name: string; dtype: D; file: string },
): Extract<StoredTensor, { dtype: D }> {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  if (tensor !== undefined && hasDtype(tensor, dtype)) return tensor;
  const found = tensor === undefined ? 'is missing' : `has elements of type ${tensor.dtype}`;
  throw new ProblemError({
    code: 'safetensors-tensor',
    message: `Tensor \`${name}\` ${found}; expected ${dtype}. There are: ${Object.keys(tensors).join(', ') || 'none'}.`,
    fix: 'Check that this file belongs here, or restore it from a copy.',
    place: { file },
  });
}

function hasDtype<D extends Dtype>(tensor: StoredTensor, dtype: D): tensor is Extract<StoredTensor, { dtype: D }> {
  return tensor.dtype === dtype;
}

/** The values of a tensor from its bytes; a view of them where they are aligned. */
export function tensorOf(dtype: Dtype, shape: readonly number[], bytes: Uint8Array): StoredTensor {
  // `slice` would copy nothing here: files are read as a `Buffer`, whose own `slice` is another view.
  const aligned = bytes.byteOffset % elementBytes[dtype] === 0 ? bytes : new Uint8Array(bytes);
  const { buffer, byteOffset } = aligned;
  const length = aligned.byteLength / elementBytes[dtype];
  switch (dtype) {
    case 'F64':
      return { dtype, shape, data: new Float64Array(buffer, byteOffset, length) };
    case 'F32':
      return { dtype, shape, data: new Float32Array(buffer, byteOffset, length) };
    case 'F16':
    case 'BF16':
      return { dtype, shape, data: new Uint16Array(buffer, byteOffset, length) };
    case 'I64':
      return { dtype, shape, data: new BigInt64Array(buffer, byteOffset, length) };
    case 'I32':
      return { dtype, shape, data: new Int32Array(buffer, byteOffset, length) };
    case 'U8':
    case 'BOOL':
      return { dtype, shape, data: new Uint8Array(buffer, byteOffset, length) };
  }
}
