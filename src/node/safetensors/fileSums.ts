import { createHash } from 'node:crypto';
import { ProblemError } from '../../core/problem.js';

/**
 * Checksums in the metadata of our safetensors, which other readers of the format pass over. One stands for the header, so
 * that whoever reads no more than that can trust it; one for each block of the data, so that whoever reads some rows
 * checks no more than the blocks these lie in. Files without them are other people's, or from before there were any.
 */
const headKey = 'distillery.sum.head';
const dataKey = 'distillery.sum.blocks';

/** Bytes of data that one sum stands for. */
export const blockBytes = 64 * 1024;
/** Hexadecimal digits: all of a SHA-256 for the header, and its first 64 bits for a block. */
const headDigits = 64;
const blockDigits = 16;

const zero = 0x30;

type Metadata = Readonly<Record<string, string>>;

/** In place of the blocks' checksums in files that have one of all their data for themselves, as those of the cache. */
const elsewhere = 'elsewhere';

/**
 * Metadata of a file that is to have checksums, with room for them.
 * @param dataBytes of its data; null where it has a checksum of them for itself
 */
export function withRoomForSums(metadata: Metadata, { dataBytes }: { dataBytes: number | null }): Metadata {
  const blocks = dataBytes === null ? elsewhere : '0'.repeat(blockDigits * blocksOf(dataBytes));
  return { [headKey]: '0'.repeat(headDigits), [dataKey]: blocks, ...metadata };
}

/** Metadata as they were given to {@link withRoomForSums}. */
export function withoutSums(metadata: Metadata): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== headKey && key !== dataKey));
}

/** Writes the checksums of data into a header that has room for them. The header's own is still to come. */
export function writeDataSums(head: Uint8Array, data: Uint8Array): void {
  const sums: string[] = [];
  for (let at = 0; at < data.length; at += blockBytes) sums.push(blockSum(data.subarray(at, at + blockBytes)));
  writeDigits(head, dataKey, sums.join(''));
}

/** Writes the checksum of a header that is done into it. */
export function writeHeadSum(head: Uint8Array): void {
  writeDigits(head, headKey, sha256Of(head));
}

/**
 * Checks a header by its checksum.
 * @param head all of the file before its data
 * @param metadata as its JSON says them
 * @returns what the data are checked with; null where the file has no checksums of them here
 * @throws ProblemError `checksum-mismatch`
 */
export function checkHead(
  head: Uint8Array,
  { metadata, dataBytes, file }: { metadata: Metadata; dataBytes: number; file: string },
): BlockSums | null {
  const found = metadata[headKey];
  const blocks = metadata[dataKey];
  if (found === undefined && blocks === undefined) return null;
  const place = placeOf(head, headKey);
  // One bit can only hit one of the two names: with the other there the file once had both.
  const isWhole =
    found?.length === headDigits &&
    place !== null &&
    sha256Of(Uint8Array.from(head).fill(zero, place, place + headDigits)) === found;
  if (!isWhole || blocks === undefined) throw mismatch(file, 'Its header is not the one that was written.');
  if (blocks === elsewhere) return null;
  if (blocks.length !== blockDigits * blocksOf(dataBytes)) throw mismatch(file, 'It is not as long as it was written.');
  return new BlockSums(blocks, { dataBytes, file });
}

/** The checksums of a file's data, block by block. */
export class BlockSums {
  readonly #sums: string;
  readonly #file: string;
  /** Bytes of all data. */
  readonly dataBytes: number;

  constructor(sums: string, { dataBytes, file }: { dataBytes: number; file: string }) {
    this.#sums = sums;
    this.#file = file;
    this.dataBytes = dataBytes;
  }

  /**
   * @param bytes whole blocks; the last one of the file may be shorter
   * @param at where they begin in the data: at the beginning of a block
   * @throws ProblemError `checksum-mismatch`
   */
  check(bytes: Uint8Array, { at }: { at: number }): void {
    for (let from = 0; from < bytes.length; from += blockBytes) {
      const digits = (blockDigits * (at + from)) / blockBytes;
      const expected = this.#sums.slice(digits, digits + blockDigits);
      if (blockSum(bytes.subarray(from, from + blockBytes)) === expected) continue;
      const [first, last] = [at + from, Math.min(at + from + blockBytes, this.dataBytes) - 1];
      throw mismatch(this.#file, `Bytes ${first} to ${last} of its data are not those that were written.`);
    }
  }
}

/** Codes of what is wrong with a file that was written whole and is not any more. */
const damageCodes: ReadonlySet<string> = new Set(['checksum-mismatch', 'safetensors-damaged', 'file-cut-short']);

/** Whether a file is damaged, and not only missing, locked or of another kind. */
export const isDamage = (error: unknown): error is ProblemError =>
  error instanceof ProblemError && damageCodes.has(error.problem.code);

const mismatch = (file: string, what: string): ProblemError =>
  new ProblemError({
    code: 'checksum-mismatch',
    message: `The file does not match its checksum. ${what}`,
    fix: 'Put a copy of it back, or make it again.',
    place: { file },
  });

const blocksOf = (bytes: number): number => Math.ceil(bytes / blockBytes);

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const blockSum = (bytes: Uint8Array): string => sha256Of(bytes).slice(0, blockDigits);

function writeDigits(head: Uint8Array, key: string, digits: string): void {
  const place = placeOf(head, key);
  if (place === null) throw new Error(`the header has no room for "${key}"`);
  Buffer.from(head.buffer, head.byteOffset, head.length).write(digits, place, 'latin1');
}

/** Where the digits of an entry begin in a header, as we write it: without spaces. */
function placeOf(head: Uint8Array, key: string): number | null {
  const before = `"${key}":"`;
  const at = Buffer.from(head.buffer, head.byteOffset, head.length).indexOf(before, 0, 'latin1');
  return at === -1 ? null : at + before.length;
}
