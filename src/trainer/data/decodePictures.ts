import { availableParallelism } from 'node:os';
import type sharpLibrary from 'sharp';
import type { Sharp } from 'sharp';
import { ProblemError } from '../../core/problem.js';
import type { DecodedSplit } from '../../data/cache/decodedPictures.js';
import { readRegular } from '../../node/files/regularFile.js';
import { contentsOf, headBytes } from '../../data/imageFolder/pictureContents.js';
import type { OnProgress } from '../progress.js';
import { bmpPixels, decodeBmp } from './bmp.js';
import { count } from '../../core/words.js';
import { Budget } from './budget.js';

export interface PictureSize {
  readonly height: number;
  readonly width: number;
}

export interface DecodeOptions {
  readonly size: PictureSize;
  /** Whether pictures of another size are resized; else they are a problem. */
  readonly resize: boolean;
  /** A file that has the size. */
  readonly like: string;
  readonly onProgress: OnProgress;
}

interface Decoded extends PictureSize {
  readonly kind: 'decoded';
  readonly pixels: Uint8Array;
  readonly coloured: boolean;
}

/** Why a file holds no picture: words that follow its name. */
interface Damaged {
  readonly kind: 'damaged';
  readonly why: string;
}

/** Pixels of one picture, 400 MB as they are decoded. Cameras have up to a hundred million; a few bytes can claim any number. */
const mostPixels = 100_000_000;
/** Pixels decoded at once, of which each takes up to eight bytes: a larger picture is decoded alone. */
const mostPixelsAtOnce = 50_000_000;
/** Bytes of a file with a picture. */
const mostFileBytes = 2 ** 30;

/** Pictures decoded at once: as many as the system's threads take, and a few that wait for one. */
const atOnce = (): number => Math.min(32, 2 * availableParallelism());

/**
 * Decodes pictures with the library `sharp`, which is loaded when the first is wanted, and bitmaps, which it does not
 * know, by {@link decodeBmp}. They are turned as their EXIF data says, what is transparent becomes black, colour profiles
 * are ignored as Pillow ignores them, inks become colours as Pillow converts them, and 16 bits become 8. Of animations
 * and of files with several pages the first picture is taken.
 */
export class Decoder {
  /** Another version may decode or resize to other bytes. */
  readonly version: string;
  readonly #budget = new Budget(mostPixelsAtOnce);

  private constructor(private readonly sharp: typeof sharpLibrary) {
    const { sharp: own, vips } = sharp.versions;
    this.version = `sharp ${own}, vips ${vips}, inks as Pillow`;
  }

  /** @throws ProblemError `sharp-missing` */
  static async load(): Promise<Decoder> {
    try {
      const { default: sharp } = await import('sharp');
      // Many pictures at once use the cores better than many threads for one, and no picture is read twice.
      sharp.concurrency(1);
      sharp.cache(false);
      return new Decoder(sharp);
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      throw new ProblemError(
        {
          code: 'sharp-missing',
          message: `The library that decodes pictures, sharp, could not be loaded: ${reason}`,
          fix: 'Run `npm install`, with optional dependencies, on this machine.',
        },
        { cause: error },
      );
    }
  }

  /** Height and width of a picture as it is shown; null where it cannot be decoded. */
  async sizeOf(file: string): Promise<PictureSize | null> {
    const picture = await this.#decoded(file, null);
    return picture.kind === 'damaged' ? null : { height: picture.height, width: picture.width };
  }

  /**
   * The pictures of the files, in their order: grey where all of them are stored so, in colour otherwise. Those that
   * cannot be decoded are left out and named.
   * @throws ProblemError `pictures-differ`, naming the file; `no-permission`, …; what `onProgress` throws
   */
  async decode(
    files: readonly string[],
    { size, resize, like, onProgress }: DecodeOptions,
  ): Promise<Omit<DecodedSplit, 'sha256'>> {
    const length = size.height * size.width * 3;
    const rgb = new Uint8Array(files.length * length);
    const damaged: { index: number; why: string }[] = [];
    let [next, done, coloured, failed] = [0, 0, false, false];
    const work = async (): Promise<void> => {
      for (let index = next++; index < files.length && !failed; index = next++) {
        const file = files[index] ?? '';
        const picture = await this.#decoded(file, resize ? size : null);
        onProgress(++done, files.length);
        if (picture.kind === 'damaged') {
          damaged.push({ index, why: picture.why });
          continue;
        }
        if (picture.height !== size.height || picture.width !== size.width) throw differ({ file, picture, like, size });
        rgb.set(picture.pixels, index * length);
        coloured ||= picture.coloured;
      }
    };
    const workers = Array.from({ length: Math.min(files.length, atOnce()) }, () =>
      work().catch((error: unknown) => {
        failed = true;
        throw error;
      }),
    );
    // All have ended before a failure is told, so that nothing goes on behind it.
    const ended = await Promise.allSettled(workers);
    const failure = ended.find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
    damaged.sort((a, b) => a.index - b.index);
    const whole = withoutRows(rgb, { length, rows: damaged.map(({ index }) => index) });
    const pixels = coloured ? whole : everyThird(whole);
    return { n: files.length - damaged.length, ...size, channels: coloured ? 3 : 1, pixels, damaged };
  }

  async #decoded(file: string, target: PictureSize | null): Promise<Decoded | Damaged> {
    const bytes = await readRegular(file, { attempt: 'read the picture', most: mostFileBytes });
    let pixels: number;
    try {
      pixels = await this.#pixelsOf(bytes);
    } catch (error) {
      return notDecoded(error);
    }
    if (pixels > mostPixels) {
      return { kind: 'damaged', why: `has ${count(pixels)} pixels; at most ${count(mostPixels)} are decoded` };
    }
    return this.#budget.spend(pixels, () => this.#pixels(bytes, target));
  }

  /** How many pixels a picture says that it has; nothing is decoded. */
  async #pixelsOf(bytes: Uint8Array): Promise<number> {
    if (isBmp(bytes)) return bmpPixels(bytes);
    const { width, height } = await this.sharp(bytes, { limitInputPixels: false }).metadata();
    return width * height;
  }

  async #pixels(bytes: Uint8Array, target: PictureSize | null): Promise<Decoded | Damaged> {
    try {
      const { picture, coloured } = await this.#opened(bytes);
      if (target !== null) picture.resize({ ...target, fit: 'fill', kernel: 'cubic' });
      const { data, info } = await picture
        .flatten({ background: 'black' })
        .toColourspace('srgb')
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true });
      return { kind: 'decoded', pixels: data, height: info.height, width: info.width, coloured };
    } catch (error) {
      return notDecoded(error);
    }
  }

  /** A picture that is not decoded yet, or of what is decoded by us, turned as it is shown. */
  async #opened(bytes: Uint8Array): Promise<{ picture: Sharp; coloured: boolean }> {
    if (isBmp(bytes)) {
      const { pixels, coloured, ...raw } = decodeBmp(bytes);
      return { picture: this.sharp(pixels, { raw }), coloured };
    }
    const options = { failOn: 'error', ignoreIcc: true } as const;
    const picture = this.sharp(bytes, options);
    const { space } = await picture.metadata();
    if (space !== 'cmyk') return { picture: picture.autoOrient(), coloured: !greySpaces.includes(space) };
    const { data, info } = await this.sharp(bytes, options)
      .autoOrient()
      .pipelineColourspace('cmyk')
      .toColourspace('cmyk')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { height, width, channels } = info;
    return { picture: this.sharp(coloursOf(data, channels), { raw: { height, width, channels: 3 } }), coloured: true };
  }
}

function isBmp(bytes: Uint8Array): boolean {
  const contents = contentsOf(bytes.subarray(0, headBytes));
  return contents.kind === 'picture' && contents.format === 'bmp';
}

function notDecoded(error: unknown): Damaged {
  const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return { kind: 'damaged', why: `cannot be decoded (${reason.replace(/\.$/, '')})` };
}

/** Pillow's `cmyk2rgb` of its Convert.c: what cyan, magenta, yellow and black leave of white. */
function coloursOf(inks: Uint8Array, channels: number): Uint8Array {
  const colours = new Uint8Array((inks.length / channels) * 3);
  for (let pixel = 0; pixel < colours.length / 3; pixel++) {
    const light = 255 - (inks[pixel * channels + 3] ?? 0);
    for (let channel = 0; channel < 3; channel++) {
      // MULDIV255: the product over 255, rounded.
      const product = (inks[pixel * channels + channel] ?? 0) * light + 128;
      colours[3 * pixel + channel] = Math.max(0, light - ((product + (product >> 8)) >> 8));
    }
  }
  return colours;
}

/** Without some rows, which are in order. */
function withoutRows(bytes: Uint8Array, { length, rows }: { length: number; rows: readonly number[] }): Uint8Array {
  if (rows.length === 0) return bytes;
  let kept = 0;
  let from = 0;
  for (const row of [...rows, bytes.length / length]) {
    bytes.copyWithin(kept, from * length, row * length);
    kept += (row - from) * length;
    from = row + 1;
  }
  return bytes.subarray(0, kept);
}

const greySpaces: readonly string[] = ['b-w', 'grey16'];

/** Grey pictures from three equal channels. */
function everyThird(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let pixel = 0; pixel < grey.length; pixel++) grey[pixel] = rgb[3 * pixel] ?? 0;
  return grey;
}

function differ({
  file,
  picture,
  like,
  size,
}: {
  file: string;
  picture: PictureSize;
  like: string;
  size: PictureSize;
}): ProblemError {
  const words = ({ height, width }: PictureSize): string => `${height}×${width}`;
  return new ProblemError({
    code: 'pictures-differ',
    message: `This picture has ${words(picture)} pixels (height × width), but ${like} has ${words(size)}.`,
    fix: 'Say in `data.size` which height and width all pictures are resized to when they are read.',
    place: { file },
  });
}
