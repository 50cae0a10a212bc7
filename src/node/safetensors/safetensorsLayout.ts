import { visit } from 'jsonc-parser';
import * as z from 'zod';
import { isJsonObject, type JsonObject } from '../../core/json.js';
import { ProblemError } from '../../core/problem.js';
import { checkHead, withoutSums, type BlockSums } from './fileSums.js';
import { isDeeper } from './jsonDepth.js';

/** The element types we know, with their bytes; widest first: the order in which the reference implementation lays tensors out. */
export const elementBytes = { I64: 8, F64: 8, F32: 4, I32: 4, BF16: 2, F16: 2, U8: 1, BOOL: 1 } as const;

export type Dtype = keyof typeof elementBytes;

/** Where the tensors of a file lie. */
export interface SafetensorsLayout {
  /** Offset in the file from which `begin` and `end` of the tensors count. */
  readonly begin: number;
  /** In the order of the file. */
  readonly tensors: readonly TensorPlace[];
  /** Without the checksums. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What the data are checked with; null in files without checksums. */
  readonly sums: BlockSums | null;
}

export interface TensorPlace {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Bytes before the header: its length. */
export const lengthBytes = 8;
export const metadataKey = '__metadata__';
const maximumHeader = 100_000_000;
/** Brackets inside each other: a header has three. The parser is recursive, and its stack ends after some thousand. */
const deepest = 8;

const size = z.int().nonnegative();
const tensorSchema = z.object({ dtype: z.string(), shape: z.array(size), data_offsets: z.tuple([size, size]) });

/**
 * The offset at which the header of a file ends and its data begin.
 * @param head at least the first {@link lengthBytes} of the file, or all of it
 * @throws ProblemError `safetensors-damaged`
 */
export function headerEnd(head: Uint8Array, { size, file }: { size: number; file: string }): number {
  if (head.length < lengthBytes) {
    throw damagedFile(`it has ${head.length} bytes and the length of the header alone takes ${lengthBytes}`, file);
  }
  const length = Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
  if (length > maximumHeader)
    throw damagedFile(`its header claims ${length} bytes and at most ${maximumHeader} are allowed`, file);
  if (lengthBytes + length > size)
    throw damagedFile(`its header claims ${length} bytes and only ${size - lengthBytes} follow`, file);
  return lengthBytes + length;
}

/**
 * What the header of a file says, checked against the size of the file, and against its checksum where it has one.
 * @param head the file from its beginning to the end of its header at least
 * @throws ProblemError `safetensors-damaged`, `checksum-mismatch`, or `safetensors-dtype` for an element type that we do
 *   not know
 */
export function readLayout(head: Uint8Array, { size, file }: { size: number; file: string }): SafetensorsLayout {
  const damaged = (what: string): never => {
    throw damagedFile(what, file);
  };
  const begin = headerEnd(head, { size, file });
  if (head[lengthBytes] !== 0x7b || begin === lengthBytes) damaged('its header does not begin with `{`');
  const header = readHeader(head.subarray(lengthBytes, begin), damaged);
  const metadata = textsIn(header[metadataKey] ?? {}) ?? damaged(`\`${metadataKey}\` must map texts to texts`);
  const sums = checkHead(head.subarray(0, begin), { metadata, dataBytes: size - begin, file });
  const infos: { name: string; dtype: string; shape: number[]; begin: number; end: number }[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === metadataKey) continue;
    const parsed = tensorSchema.safeParse(value);
    const info = parsed.success
      ? parsed.data
      : damaged(`tensor \`${name}\`: ${parsed.error.issues[0]?.path.join('.') ?? ''} is missing or of the wrong type`);
    const [from, to] = info.data_offsets;
    infos.push({ name, dtype: info.dtype, shape: info.shape, begin: from, end: to });
  }
  infos.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkWithoutGaps(infos, { bytes: size - begin, damaged });
  const tensors = infos.map(({ dtype, ...place }): TensorPlace => {
    const { name, shape } = place;
    if (!isDtype(dtype)) {
      throw new ProblemError({
        code: 'safetensors-dtype',
        message: `Tensor \`${name}\` has elements of type ${dtype}, which is not supported.`,
        fix: `Convert it to one of ${Object.keys(elementBytes).join(', ')}.`,
        place: { file },
      });
    }
    const needed = elements(shape) * elementBytes[dtype];
    const found = place.end - place.begin;
    if (needed !== found)
      damaged(`tensor \`${name}\` (${dtype} [${shape.join(', ')}]) needs ${needed} bytes and has ${found}`);
    return { ...place, dtype };
  });
  return { begin, tensors, metadata: withoutSums(metadata), sums };
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function checkWithoutGaps(
  infos: readonly { name: string; begin: number; end: number }[],
  { bytes, damaged }: { bytes: number; damaged: (what: string) => never },
): void {
  let expected = 0;
  for (const { name, begin, end } of infos) {
    if (end < begin) damaged(`tensor \`${name}\` ends at ${end}, before it begins at ${begin}`);
    if (begin < expected)
      damaged(`tensor \`${name}\` begins at ${begin}, inside the one before that ends at ${expected}`);
    if (begin > expected) damaged(`no tensor holds the bytes from ${expected} to ${begin}, before tensor \`${name}\``);
    if (end > bytes) damaged(`tensor \`${name}\` ends at ${end} and there are only ${bytes} bytes of data`);
    expected = end;
  }
  if (expected !== bytes) damaged(`${bytes - expected} bytes follow the last tensor`);
}

function damagedFile(what: string, file: string): ProblemError {
  return new ProblemError({
    code: 'safetensors-damaged',
    message: `This is not a whole safetensors file: ${what}.`,
    fix: 'Restore it from a copy, download it or make it again.',
    place: { file },
  });
}

/** Texts by any names, `__proto__` among them; null for anything else. */
function textsIn(value: unknown): Record<string, string> | null {
  if (!isJsonObject(value)) return null;
  const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return entries.length === Object.keys(value).length ? Object.fromEntries(entries) : null;
}

function isDtype(text: string): text is Dtype {
  return Object.hasOwn(elementBytes, text);
}

/** JSON.parse keeps the last of two equal keys without a word, so the keys are counted apart. */
function readHeader(bytes: Uint8Array, damaged: (what: string) => never): JsonObject {
  let header: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return damaged('its header is not text in UTF-8');
  }
  if (isDeeper(text, deepest)) return damaged(`its header is nested deeper than ${deepest}`);
  try {
    header = JSON.parse(text);
  } catch {
    return damaged('its header is not JSON');
  }
  if (!isJsonObject(header)) return damaged('its header is not a JSON object');
  const open: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty: (key) => {
      const keys = open.at(-1);
      if (keys?.has(key)) damaged(`the key \`${key}\` appears twice in its header`);
      keys?.add(key);
    },
  });
  return header;
}
