/** The pictures that are read. */
export const pictureFormats = ['jpeg', 'png', 'gif', 'webp', 'tiff', 'bmp', 'avif'] as const;
export type PictureFormat = (typeof pictureFormats)[number];

/** What a file holds, told by how it begins. */
export type FileContents =
  | { readonly kind: 'picture'; readonly format: PictureFormat }
  /** Something else that is known, in words that follow "is": `an HTML page`. */
  | { readonly kind: 'known'; readonly what: string }
  | { readonly kind: 'unknown' };

/** Bytes of a file's beginning that {@link contentsOf} looks at. */
export const headBytes = 512;

const picture = (format: PictureFormat): FileContents => ({ kind: 'picture', format });
const known = (what: string): FileContents => ({ kind: 'known', what });

/** Signatures at the very beginning, as text in Latin-1. */
const signatures: readonly (readonly [string, FileContents])[] = [
  ['\xff\xd8\xff', picture('jpeg')],
  ['\x89PNG\r\n\x1a\n', picture('png')],
  ['GIF87a', picture('gif')],
  ['GIF89a', picture('gif')],
  ['II*\0', picture('tiff')],
  ['MM\0*', picture('tiff')],
  ['II+\0', picture('tiff')],
  ['MM\0+', picture('tiff')],
  ['\xff\x0a', known('a JPEG XL picture, which is not read')],
  ['\0\0\0\x0cJXL ', known('a JPEG XL picture, which is not read')],
  ['\0\0\0\x0cjP  ', known('a JPEG 2000 picture, which is not read')],
  ['\xff\x4f\xff\x51', known('a JPEG 2000 picture, which is not read')],
  ['8BPS', known('a Photoshop file, which is not read')],
  ['%PDF', known('a PDF file')],
  ['PK\x03\x04', known('a ZIP archive')],
  ['\x1f\x8b', known('a gzip archive')],
  ['version https://git-lfs', known('a pointer of Git LFS: the picture itself was not fetched (`git lfs pull`)')],
];

/** Sizes of the second header of a BMP file, which tell it from a text that begins with `BM`. */
const bmpHeaders: readonly number[] = [12, 40, 52, 56, 64, 108, 124];

/**
 * What a file holds by its first bytes, whatever it is called.
 * @param head its first {@link headBytes} bytes, or all where it has fewer
 */
export function contentsOf(head: Uint8Array): FileContents {
  if (head.length === 0) return known('empty');
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1');
  const found = signatures.find(([signature]) => text.startsWith(signature));
  if (found !== undefined) return found[1];
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return picture('webp');
  if (text.startsWith('BM') && bmpHeaders.includes(head[14] ?? 0) && head[15] === 0) return picture('bmp');
  if (text.slice(4, 8) === 'ftyp') return mediaOf(text);
  const lower = text.replace(/^\xef\xbb\xbf/, '').toLowerCase();
  // Before the drawing itself may stand a declaration, a document type and comments.
  if (/^\s*(<\?xml|<!--|<!doctype svg|<svg)/.test(lower) && lower.includes('<svg')) {
    return known('an SVG drawing, which is not read');
  }
  if (/^\s*(<!doctype html|<html|<head|<body)/.test(lower)) return known('an HTML page');
  return { kind: 'unknown' };
}

/** By the brands of a file in boxes (ISO/IEC 14496-12): the main one, and those that it is compatible with. */
function mediaOf(text: string): FileContents {
  const length = Math.min(text.length, text.charCodeAt(2) * 256 + text.charCodeAt(3));
  const brands = [text.slice(8, 12), ...(text.slice(16, Math.max(16, length)).match(/.{4}/gs) ?? [])];
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return picture('avif');
  if (brands.some((brand) => /^(hei|hev|mif1|msf1)/.test(brand))) return known('a HEIC picture, which is not read');
  return known('a film, which is not read');
}

/** Endings under which a picture is expected: what is there under them and is none is told. */
const endings: readonly string[] = [
  ...['jpg', 'jpeg', 'jpe', 'jfif', 'png', 'apng', 'gif', 'webp', 'tif', 'tiff', 'bmp', 'dib', 'avif'],
];
/** Those of other pictures, which are passed over. */
const strangers: readonly string[] = [
  ...['heic', 'heif', 'svg', 'jxl', 'jp2', 'j2k', 'psd', 'ico', 'ppm', 'pgm', 'pbm', 'pnm', 'tga', 'exr', 'hdr', 'dds'],
  ...['raw', 'dng', 'cr2', 'nef', 'arw', 'npy', 'pdf', 'eps', 'mp4', 'mov', 'avi', 'webm'],
];

/** What a file promises by its name to be. */
export function promiseOf(name: string): 'picture' | 'unread picture' | 'none' {
  const ending = endingOf(name).slice(1);
  return endings.includes(ending) ? 'picture' : strangers.includes(ending) ? 'unread picture' : 'none';
}

/** `.jpg`, in small letters; empty where there is none. */
export function endingOf(name: string): string {
  const base = name.slice(name.lastIndexOf('/') + 1);
  const dot = base.lastIndexOf('.');
  return dot <= 0 ? '' : base.slice(dot).toLowerCase();
}
