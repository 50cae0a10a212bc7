/** A picture as bytes, row-major [height, width, channels]; four channels with how opaque each pixel is. */
export interface BitmapPixels {
  readonly height: number;
  readonly width: number;
  readonly channels: 3 | 4;
  readonly pixels: Uint8Array;
  /** Whether it is stored in colour: with a palette of greys it is not. */
  readonly coloured: boolean;
}

/** How the pixels of a BMP file are packed (`biCompression`). */
const compression = { none: 0, rle8: 1, rle4: 2, bitfields: 3, alphaBitfields: 6 } as const;

/** Pixels that a file may have; more is a damaged header. */
const mostPixels = 2 ** 28;

/** The second header of a BMP file, as far as pixels depend on it. */
interface Header {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly packing: number;
  readonly begin: number;
  readonly palette: readonly (readonly [r: number, g: number, b: number])[];
  /** Which bits are red, green, blue and opacity, for pixels of 16 and 32 bits. */
  readonly masks: readonly [number, number, number, number];
}

/** Pixels of a bitmap by its header. @throws Error as {@link decodeBmp} */
export function bmpPixels(bytes: Uint8Array): number {
  const { width, height } = headerOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  return width * height;
}

/**
 * Decodes a Windows or OS/2 bitmap: 1, 4, 8, 16, 24 and 32 bits, with palettes, bit fields and run-length encoding
 * (Microsoft's BITMAPINFOHEADER and its successors). As Pillow's `BmpImagePlugin`.
 * @throws Error with words for what is wrong with it
 */
export function decodeBmp(bytes: Uint8Array): BitmapPixels {
  const header = headerOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  const { width, height, topDown, bits, packing } = header;
  const isRun = packing === compression.rle8 || packing === compression.rle4;
  const stored = isRun ? runIndices(bytes, header) : null;
  const hasAlpha = header.masks[3] !== 0 && bits === 32;
  const channels = hasAlpha ? 4 : 3;
  const pixels = new Uint8Array(width * height * channels);
  const stride = 4 * Math.ceil((bits * width) / 32);
  if (!isRun && header.begin + stride * height > bytes.length) throw new Error('it ends before its last row');
  for (let line = 0; line < height; line++) {
    const row = topDown ? line : height - 1 - line;
    for (let column = 0; column < width; column++) {
      const colour =
        stored === null
          ? colourAt(bytes, { header, offset: header.begin + line * stride, column })
          : paletteColour(header, stored[line * width + column] ?? 0);
      pixels.set(hasAlpha ? colour : colour.slice(0, 3), (row * width + column) * channels);
    }
  }
  // Some programs write an opacity of 0 and mean none.
  if (hasAlpha && pixels.every((value, at) => at % 4 !== 3 || value === 0)) {
    for (let at = 3; at < pixels.length; at += 4) pixels[at] = 255;
  }
  const coloured = bits > 8 || header.palette.some(([r, g, b]) => r !== g || g !== b);
  return { height, width, channels, pixels, coloured };
}

function headerOf(view: DataView): Header {
  const size = view.getUint32(14, true);
  const isCore = size === 12;
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const signed = isCore ? view.getInt16(20, true) : view.getInt32(22, true);
  const height = Math.abs(signed);
  const bits = view.getUint16(isCore ? 24 : 28, true);
  const packing = isCore ? compression.none : view.getUint32(30, true);
  if (width <= 0 || height <= 0 || width * height > mostPixels) throw new Error(`its size is ${width}×${signed}`);
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw new Error(`it has ${bits} bits a pixel`);
  if (!isPacking(packing, bits)) throw new Error(`its pixels are packed in the way ${packing}`);
  const begin = view.getUint32(10, true);
  const table = 14 + size + (size === 40 ? maskBytes(packing) : 0);
  const entry = isCore ? 3 : 4;
  const asked = (isCore ? 0 : view.getUint32(46, true)) || 2 ** bits;
  const colours = bits > 8 ? 0 : Math.min(asked, 2 ** bits, Math.floor((view.byteLength - table) / entry));
  const palette = Array.from({ length: Math.max(0, colours) }, (_, index) => {
    const at = table + index * entry;
    return [view.getUint8(at + 2), view.getUint8(at + 1), view.getUint8(at)] as const;
  });
  return {
    width,
    height,
    topDown: signed < 0,
    bits,
    packing,
    begin,
    palette,
    masks: masksOf(view, { size, bits, packing }),
  };
}

function isPacking(packing: number, bits: number): boolean {
  switch (packing) {
    case compression.none:
      return true;
    case compression.rle8:
      return bits === 8;
    case compression.rle4:
      return bits === 4;
    case compression.bitfields:
    case compression.alphaBitfields:
      return bits === 16 || bits === 32;
    default:
      return false;
  }
}

/** Masks behind the oldest header, which has no room for them. */
function maskBytes(packing: number): number {
  return packing === compression.bitfields ? 12 : packing === compression.alphaBitfields ? 16 : 0;
}

function masksOf(
  view: DataView,
  { size, bits, packing }: { size: number; bits: number; packing: number },
): Header['masks'] {
  if (maskBytes(packing) === 0) return bits === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0xff0000, 0x00ff00, 0x0000ff, 0];
  const at = (index: number): number => view.getUint32(54 + 4 * index, true);
  return [at(0), at(1), at(2), size >= 56 || packing === compression.alphaBitfields ? at(3) : 0];
}

function paletteColour({ palette }: Header, index: number): number[] {
  return [...(palette[index] ?? [0, 0, 0]), 255];
}

/** Red, green, blue and opacity of a pixel that is not run-length encoded. */
function colourAt(
  bytes: Uint8Array,
  { header, offset, column }: { header: Header; offset: number; column: number },
): number[] {
  const { bits, masks } = header;
  if (bits <= 8) {
    const place = bits * column;
    const byte = bytes[offset + (place >> 3)] ?? 0;
    return paletteColour(header, (byte >> (8 - bits - (place & 7))) & (2 ** bits - 1));
  }
  const width = bits / 8;
  let value = 0;
  for (let byte = width - 1; byte >= 0; byte--) value = value * 256 + (bytes[offset + width * column + byte] ?? 0);
  return masks.map((mask) => channelOf(value, mask));
}

/** The bits of a mask, stretched to 0..255 and cut to a whole number, as Pillow does; 255 where the mask has none. */
function channelOf(value: number, mask: number): number {
  if (mask === 0) return 255;
  const shift = Math.log2((mask & -mask) >>> 0);
  const most = mask / 2 ** shift;
  return Math.floor((255 * (((value & mask) >>> 0) / 2 ** shift)) / most);
}

/** Palette indices of a run-length encoded bitmap, by lines as they are stored. */
function runIndices(bytes: Uint8Array, { width, height, bits, begin }: Header): Uint8Array {
  const indices = new Uint8Array(width * height);
  let [line, column, at] = [0, 0, begin];
  const put = (index: number): void => {
    if (column < width && line < height) indices[line * width + column] = index;
    column++;
  };
  const half = (byte: number, position: number): number =>
    bits === 8 ? byte : position % 2 === 0 ? byte >> 4 : byte & 15;
  while (at + 1 < bytes.length && line < height) {
    const [count = 0, value = 0] = bytes.subarray(at, at + 2);
    at += 2;
    if (count > 0) for (let position = 0; position < count; position++) put(half(value, position));
    else if (value === 0) [line, column] = [line + 1, 0];
    else if (value === 1) return indices;
    else if (value === 2) {
      column += bytes[at] ?? 0;
      line += bytes[at + 1] ?? 0;
      at += 2;
    } else {
      const length = Math.ceil((value * bits) / 8);
      if (at + length > bytes.length) throw new Error('it ends inside a run');
      for (let position = 0; position < value; position++) {
        put(half(bytes[at + Math.floor((position * bits) / 8)] ?? 0, position));
      }
      at += length + (length % 2);
    }
  }
  const isWhole = line >= height || (line === height - 1 && column >= width);
  if (!isWhole) throw new Error('it ends before its last row');
  return indices;
}
