import { fstatSync, readSync } from 'node:fs';
import type { PictureFormat } from './pictureContents.js';

/**
 * Whether a file ends before its picture does: a download or a copy that broke off. Nothing is decoded; what is damaged in
 * another way only a decoder tells. Reads a few bytes at the end, and the whole file only where they are not those of an
 * end, since cameras and editors put all sorts of things behind a picture.
 * @param file a descriptor that is open for reading
 */
export function isCutShort(file: number, format: PictureFormat): boolean {
  const { size } = fstatSync(file);
  switch (format) {
    case 'jpeg':
      return !endsWith(file, size, [0xff, 0xd9]) && jpegIsCut(whole(file));
    case 'png':
      return !endsWith(file, size, [0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]) && pngIsCut(whole(file));
    case 'webp':
      return size < 8 + lengthAt(file, 4);
    case 'gif':
    case 'tiff':
    case 'bmp':
    case 'avif':
      return false;
  }
}

function endsWith(file: number, size: number, expected: readonly number[]): boolean {
  const end = new Uint8Array(expected.length);
  readSync(file, end, 0, end.length, Math.max(0, size - end.length));
  return expected.every((byte, index) => byte === end[index]);
}

function lengthAt(file: number, position: number): number {
  const bytes = new Uint8Array(4);
  readSync(file, bytes, 0, 4, position);
  return new DataView(bytes.buffer).getUint32(0, true);
}

/** From the beginning, wherever the descriptor was read before. */
function whole(file: number): Buffer {
  const { size } = fstatSync(file);
  const bytes = Buffer.alloc(size);
  for (let done = 0; done < size;) {
    const read = readSync(file, bytes, done, size - done, done);
    if (read === 0) return bytes.subarray(0, done);
    done += read;
  }
  return bytes;
}

/** Whether no marker EOI comes after the segments and scans of a JPEG (ITU-T T.81, B.1). */
function jpegIsCut(bytes: Buffer): boolean {
  let at = 2;
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) {
      // Inside a scan, up to the next marker.
      at = bytes.indexOf(0xff, at);
      if (at < 0) return true;
      continue;
    }
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xd9) return false;
    // A byte 255 of a scan, fill bytes, and markers without a length: restarts and the beginning.
    const alone = marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd8);
    if (marker === 0xff) at += 1;
    else if (alone) at += 2;
    else at += 2 + (at + 3 < bytes.length ? bytes.readUInt16BE(at + 2) : bytes.length);
  }
  return true;
}

/** Whether a chunk of a PNG goes on beyond the file's end; one without IEND whose chunks are whole can be read. */
function pngIsCut(bytes: Buffer): boolean {
  let at = 8;
  while (at + 8 <= bytes.length) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return false;
    at += 12 + bytes.readUInt32BE(at);
  }
  return at > bytes.length;
}
