import { batch, signal, type ReadonlySignal, type Signal } from '@preact/signals-core';

/** The slider's ends. The number field goes further, as an experiment's temperature may. */
export const lowest = 1;
export const highest = 50;
/** Steps of the slider: one multiplies T by about 1.02. */
export const sliderSteps = 200;

/** T at a place of the slider, 0 … `sliderSteps`: on a logarithmic scale, rounded to what is shown. */
export function temperatureAt(place: number): number {
  const exact = lowest * (highest / lowest) ** (place / sliderSteps);
  return exact < 10 ? Math.round(exact * 100) / 100 : Math.round(exact * 10) / 10;
}

/** The place of the slider nearest to T. */
export function placeOf(temperature: number): number {
  const place = (Math.log(temperature / lowest) / Math.log(highest / lowest)) * sliderSteps;
  return Math.round(Math.min(sliderSteps, Math.max(0, place)));
}

/** `4.0`, `1.25`, `20`, `0.5`: as many digits as it was set with, one at least below 10. */
export function temperatureText(temperature: number): string {
  const rounded = Number(temperature.toPrecision(4));
  return rounded < 10 && Number.isInteger(rounded) ? rounded.toFixed(1) : String(rounded);
}

/** `at T = 4`: names what changes with the temperature. */
export function atTemperature(temperature: number): string {
  return `at T = ${Number(temperature.toPrecision(4))}`;
}

/** Clock and frames of the page, or of a test. */
export interface Frames {
  /** Calls back before the next frame is painted. */
  request(callback: () => void): void;
  /** Calls back after some milliseconds. @returns a function that takes it back */
  after(milliseconds: number, callback: () => void): () => void;
}

/** After how many milliseconds without a change the temperature is taken to be at rest. */
export const restAfter = 150;

/**
 * The temperature while it moves. Those who show something for it are told once a frame, however often it is set; those
 * for whom that is too often when it has come to rest.
 */
export class MovingTemperature {
  readonly #inFrame: Signal<number>;
  readonly #atRest = signal(true);
  readonly #resting: Signal<number>;
  #value: number;
  #asked = false;
  #stopRest: (() => void) | null = null;

  constructor(
    initial: number,
    private readonly frames: Frames,
  ) {
    this.#value = initial;
    this.#inFrame = signal(initial);
    this.#resting = signal(initial);
  }

  /** As it was set last. */
  get value(): number {
    return this.#value;
  }

  /** As it is shown: the newest, once a frame. */
  get inFrame(): ReadonlySignal<number> {
    return this.#inFrame;
  }

  /** The one at which it came to rest last. */
  get resting(): ReadonlySignal<number> {
    return this.#resting;
  }

  /** Whether it has not changed for a while. */
  get atRest(): ReadonlySignal<boolean> {
    return this.#atRest;
  }

  set(temperature: number): void {
    if (!(temperature > 0) || !Number.isFinite(temperature) || temperature === this.#value) return;
    this.#value = temperature;
    this.#stopRest?.();
    this.#stopRest = this.frames.after(restAfter, () => {
      this.#stopRest = null;
      batch(() => {
        this.#inFrame.value = this.#value;
        this.#resting.value = this.#value;
        this.#atRest.value = true;
      });
    });
    this.#atRest.value = false;
    if (this.#asked) return;
    this.#asked = true;
    this.frames.request(() => {
      this.#asked = false;
      this.#inFrame.value = this.#value;
    });
  }

  /** It does not come to rest any more. */
  dispose(): void {
    this.#stopRest?.();
    this.#stopRest = null;
  }
}

/** The page's own frames and clock. */
export const pageFrames: Frames = {
  request: (callback) => void requestAnimationFrame(callback),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
