import { crc32c } from '../../node/files/crc32c.js';

/** A line of a log ends with the CRC-32C of the bytes before it, as its last field: `…,"sum":"1a2b3c4d"}`. */
const before = ',"sum":"';
const digits = 8;
const after = '"}';
const length = before.length + digits + after.length;

/** The line of a log that an object is, without its newline. */
export function summedLine(entry: object): string {
  const text = JSON.stringify(entry).slice(0, -1);
  return `${text}${before}${hex(crc32c(Buffer.from(text, 'utf8')))}${after}`;
}

/** Whether a line is what was written. Lines of older logs have no checksum and are taken as they are. */
export function isLineWhole(line: Buffer): boolean {
  const at = line.length - length;
  if (at < 0 || line.toString('latin1', at, at + before.length) !== before) return true;
  return line.toString('latin1', at + before.length, line.length) === hex(crc32c(line.subarray(0, at))) + after;
}

const hex = (sum: number): string => sum.toString(16).padStart(digits, '0');
