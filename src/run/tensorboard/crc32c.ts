/** Remainders of four bits by the polynomial of Castagnoli, mirrored 0x82f63b78 (RFC 3720). Node's own has another one. */
const remainders = [
  0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d, 0x82f63b78,
  0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
] as const;

/** CRC-32C of bytes, as an unsigned number. */
export function crc32c(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    value = (value >>> 4) ^ (remainders[value & 15] ?? 0);
    value = (value >>> 4) ^ (remainders[value & 15] ?? 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}
