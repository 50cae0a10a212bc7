import { problemOf, type Problem } from '../../../src/core/problem.js';
import type { EvaluationSplit, RunKey } from '../../../src/panel/protocol.js';
import type { Picture, PictureCache } from '../../parts/examples/pictureCache.js';

/** At most so many are held ready to be drawn at once. */
const most = 4000;

/** The pictures of one split of a run: at once where they have come, later where they have not. */
export class Thumbnails {
  readonly #ready = new Map<number, Picture>();
  #problem: Problem | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly pictures: PictureCache,
    private readonly place: { readonly run: RunKey; readonly split: EvaluationSplit },
  ) {}

  /** Why there are no pictures; null while there is no reason to think so. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /** The picture of an example, if it has come. */
  peek(index: number): Picture | null {
    return this.#ready.get(index) ?? null;
  }

  /** Fetches the picture of an example; null where there is none, for the reason that `problem` then tells. */
  async get(index: number): Promise<Picture | null> {
    try {
      const picture = await this.pictures.get({ ...this.place, index });
      const [oldest] = this.#ready.keys();
      if (oldest !== undefined && this.#ready.size >= most) this.#ready.delete(oldest);
      this.#ready.set(index, picture);
      return picture;
    } catch (error) {
      const isFirst = this.#problem === null;
      this.#problem = problemOf(error);
      if (isFirst) for (const listener of [...this.#listeners]) listener();
      return null;
    }
  }

  /** Is told when it turns out that there are no pictures. @returns a function that ends it */
  onProblem(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Draws a picture pixel by pixel; how large it appears is a matter of style. */
export function drawPicture(canvas: HTMLCanvasElement, { width, height, rgba }: Picture): void {
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.putImageData(new ImageData(rgba, width, height), 0, 0);
}
