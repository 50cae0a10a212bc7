import type { EvaluationSplit, PicturesAnswer, RunKey } from '../../../src/panel/protocol.js';
import type { Connection } from '../../connection.js';

/** One picture as a canvas takes it: RGBA, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Pictures of evaluation splits. Those asked for in one turn of the page travel in one message. */
export class PictureCache {
  readonly #pictures = new Map<string, Promise<Picture>>();
  readonly #waiting = new Map<string, Batch>();

  constructor(
    private readonly connection: Connection,
    private readonly mostPictures = 20_000,
  ) {}

  /** @throws ProblemError where the pictures were not kept, with what to do */
  get(place: { run: RunKey; split: EvaluationSplit; index: number }): Promise<Picture> {
    const key = `${place.split} ${place.index} ${place.run}`;
    const known = this.#pictures.get(key);
    if (known !== undefined) return known;
    const picture = this.#enlist(place);
    this.#pictures.set(key, picture);
    picture.catch(() => this.#pictures.delete(key));
    const [oldest] = this.#pictures.keys();
    if (oldest !== undefined && this.#pictures.size > this.mostPictures) this.#pictures.delete(oldest);
    return picture;
  }

  #enlist({ run, split, index }: { run: RunKey; split: EvaluationSplit; index: number }): Promise<Picture> {
    const key = `${split} ${run}`;
    const batch = this.#waiting.get(key) ?? { indices: [], ...Promise.withResolvers<Picture[]>() };
    if (!this.#waiting.has(key)) {
      this.#waiting.set(key, batch);
      queueMicrotask(() => {
        this.#waiting.delete(key);
        const { indices } = batch;
        this.connection.request('pictures', { run, split, indices }).then(
          (answer) => batch.resolve(indices.map((_, place) => pictureOf(answer, place))),
          (error: unknown) => batch.reject(error),
        );
      });
    }
    const place = batch.indices.push(index) - 1;
    return batch.promise.then((pictures) => {
      const picture = pictures[place];
      if (picture === undefined) throw new Error('the host sent fewer pictures than were asked for');
      return picture;
    });
  }
}

interface Batch extends PromiseWithResolvers<Picture[]> {
  readonly indices: number[];
}

/** Grey pictures become RGBA with three equal channels. */
function pictureOf({ height, width, channels, pixels }: PicturesAnswer, place: number): Picture {
  const size = height * width;
  const rgba = new Uint8ClampedArray(4 * size);
  const start = place * size * channels;
  for (let pixel = 0; pixel < size; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      rgba[4 * pixel + channel] = pixels[start + pixel * channels + (channels === 1 ? 0 : channel)] ?? 0;
    }
    rgba[4 * pixel + 3] = 255;
  }
  return { width, height, rgba };
}
