import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type sharpLibrary from 'sharp';
import { ProblemError } from '../../core/problem.js';
import { fileProblem } from '../../run/files/fileProblem.js';
import type { Pictures } from '../../run/cache/pictures.js';
import type { OnProgress } from '../progress.js';

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
  readonly pixels: Uint8Array;
  readonly coloured: boolean;
}

/** Pictures decoded at once: as many as the system's threads take, and a few that wait for one. */
const atOnce = (): number => Math.min(32, 2 * availableParallelism());

/**
 * Decodes pictures with the library `sharp`, which is loaded when the first is wanted. They are turned as their EXIF data
 * says, what is transparent becomes black, colour profiles are ignored as Pillow ignores them, and 16 bits become 8.
 */
export class Decoder {
  /** Another version may decode or resize to other bytes. */
  readonly version: string;

  private constructor(private readonly sharp: typeof sharpLibrary) {
    const { sharp: own, vips } = sharp.versions;
    this.version = `sharp ${own}, vips ${vips}`;
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
          mend: 'Run `npm install`, with optional dependencies, on this machine.',
        },
        { cause: error },
      );
    }
  }

  /** Height and width of a picture as it is shown. @throws ProblemError `picture-damaged` */
  async sizeOf(file: string): Promise<PictureSize> {
    const { height, width } = await this.#decoded(file, null);
    return { height, width };
  }

  /**
   * All pictures of the files, in their order: grey where all of them are stored so, in colour otherwise.
   * @throws ProblemError `picture-damaged` or `pictures-differ`, naming the file; what `onProgress` throws
   */
  async decode(files: readonly string[], { size, resize, like, onProgress }: DecodeOptions): Promise<Pictures> {
    const length = size.height * size.width * 3;
    const rgb = new Uint8Array(files.length * length);
    let [next, done, coloured, failed] = [0, 0, false, false];
    const work = async (): Promise<void> => {
      for (let index = next++; index < files.length && !failed; index = next++) {
        const file = files[index] ?? '';
        const picture = await this.#decoded(file, resize ? size : null);
        if (picture.height !== size.height || picture.width !== size.width) throw differ({ file, picture, like, size });
        rgb.set(picture.pixels, index * length);
        coloured ||= picture.coloured;
        onProgress(++done, files.length);
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
    const channels = coloured ? 3 : 1;
    return { n: files.length, ...size, channels, pixels: coloured ? rgb : everyThird(rgb) };
  }

  async #decoded(file: string, target: PictureSize | null): Promise<Decoded> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(file);
    } catch (error) {
      throw fileProblem(error, { path: file, attempt: 'read the picture' });
    }
    try {
      const picture = this.sharp(bytes, { failOn: 'error', ignoreIcc: true });
      const { space } = await picture.metadata();
      picture.autoOrient();
      if (target !== null) picture.resize({ ...target, fit: 'fill', kernel: 'cubic' });
      const { data, info } = await picture
        .flatten({ background: 'black' })
        .toColourspace('srgb')
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true });
      return { pixels: data, height: info.height, width: info.width, coloured: !greySpaces.includes(space) };
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      throw new ProblemError(
        {
          code: 'picture-damaged',
          message: `This picture cannot be decoded: ${reason.replace(/\.$/, '')}.`,
          mend: 'Replace it or remove it.',
          place: { file },
        },
        { cause: error },
      );
    }
  }
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
    mend: 'Say in `data.size` which height and width all pictures are resized to when they are read.',
    place: { file },
  });
}
