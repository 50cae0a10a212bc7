import type { EvaluationSplit, PicturesAnswer, RunKey } from '../../../src/panel/protocol.js';
import type { Connection } from '../../connection.js';
import type { Picture } from './picture.js';

/** An example of a split, on which the run was evaluated. */
export interface PicturePlace {
  readonly run: RunKey;
  readonly split: EvaluationSplit;
  readonly index: number;
}

/** Pictures of evaluation splits. Those asked for in one turn of the page travel in one message. */
export class PictureCache {
  readonly #pictures = new Map<string, Held>();
  readonly #waiting = new Map<string, Batch>();

  constructor(
    private readonly connection: Connection,
    private readonly mostPictures = 20_000,
  ) {}

  /** The picture where it has come already. */
  peek(place: PicturePlace): Picture | null {
    return this.#pictures.get(keyOf(place))?.picture ?? null;
  }

  /** @throws ProblemError where the pictures were not kept, with what to do */
  get(place: PicturePlace): Promise<Picture> {
    const key = keyOf(place);
    const known = this.#pictures.get(key);
    if (known !== undefined) return known.promise;
    const held: Held = { promise: this.#enlist(place), picture: null };
    this.#pictures.set(key, held);
    held.promise.then(
      (picture) => (held.picture = picture),
      () => this.#pictures.delete(key),
    );
    const [oldest] = this.#pictures.keys();
    if (oldest !== undefined && this.#pictures.size > this.mostPictures) this.#pictures.delete(oldest);
    return held.promise;
  }

  #enlist({ run, split, index }: PicturePlace): Promise<Picture> {
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

interface Held {
  readonly promise: Promise<Picture>;
  /** Once it has come. */
  picture: Picture | null;
}

function keyOf({ run, split, index }: PicturePlace): string {
  return `${split} ${index} ${run}`;
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
