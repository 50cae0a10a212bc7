import type { Examples } from './examples.js';
import { costOf, OverallPass, type Overall } from '../sums/overall.js';
import { inPieces, rowsAtOnce } from './pieces.js';
import type { Frames, MovingTemperature } from './temperature.js';

/** Exponentials that fit in a frame beside drawing: about 5 ms. */
const mostAFrame = 400_000;

/**
 * Keeps what is said of the whole split in step with the temperature: at every frame where that is cheap, else in pieces
 * once the slider rests. What is shown meanwhile is older, and says so (`isBehind`).
 */
export class OverallFollower {
  readonly followsEveryFrame: boolean;
  #overall: Overall | null = null;
  #pass: OverallPass | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #ends: (() => void)[];
  #disposed = false;

  constructor(
    private readonly examples: Examples,
    private readonly temperature: MovingTemperature,
    private readonly frames: Frames,
    private readonly now: () => number,
  ) {
    this.followsEveryFrame = costOf(examples) <= mostAFrame;
    this.#ends = this.followsEveryFrame
      ? [temperature.onFrame(() => this.#complete()), temperature.onRest(() => this.#tell())]
      : [
          temperature.onFrame(() => {
            this.#pass = null;
            this.#tell();
          }),
          temperature.onRest(() => this.#begin()),
        ];
    if (this.followsEveryFrame) this.#complete();
    else this.#begin();
  }

  /** The newest that is complete; null at first, while a large split is computed. */
  get overall(): Overall | null {
    return this.#overall;
  }

  /** Whether `overall` is of another temperature than the one that is set. */
  get isBehind(): boolean {
    return this.#overall?.temperature !== this.temperature.value;
  }

  /** Whether the temperature moves: what is shown of it now will be out of date at once. */
  get isMoving(): boolean {
    return !this.temperature.atRest;
  }

  /** Is told of every new result, of every change of `isBehind`, and when the temperature has come to rest. @returns a function that ends it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    this.#disposed = true;
    for (const end of this.#ends) end();
    this.#listeners.clear();
  }

  #complete(): void {
    this.#overall = new OverallPass(this.examples, this.temperature.value).advance(this.examples.n);
    this.#tell();
  }

  #begin(): void {
    if (!this.isBehind) return;
    const pass = new OverallPass(this.examples, this.temperature.value);
    this.#pass = pass;
    this.#goOn(pass);
  }

  #goOn(pass: OverallPass): void {
    inPieces({
      clock: { frames: this.frames, now: this.now },
      step: () => pass.advance(rowsAtOnce(this.examples)),
      isWanted: () => !this.#disposed && this.#pass === pass,
      onDone: (result) => {
        this.#pass = null;
        this.#overall = result;
        this.#tell();
      },
    });
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
