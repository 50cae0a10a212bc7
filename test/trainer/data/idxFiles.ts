/** The bytes of an IDX file: magic number and sizes as big-endian words, then the data. */
export function idx(magic: number, sizes: readonly number[], data: readonly number[]): Uint8Array {
  const words = [magic, ...sizes].flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]);
  return Uint8Array.from([...words, ...data]);
}
