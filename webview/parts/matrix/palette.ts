import type { Role } from '../../../src/core/spec/spec.js';
import { rgbOf, type Rgb } from '../../rgb.js';
import type { Theme } from '../../theme.js';
import type { Tone } from './tone.js';

/** The faintest that a cell is coloured where what is not nothing must be seen beside nothing. */
const besideNothing = 0.22;

/** Colours of a matrix, opaque, for a canvas and for pictures that are saved. */
export class Palette {
  readonly #background: Rgb;
  readonly #tones: Readonly<Record<'party' | 'better' | 'worse' | 'dimmed', Rgb>>;

  /**
   * @param role whose matrix it is; null for a difference
   * @param faintest share of a tone's colour at level 0
   */
  constructor(
    theme: Theme,
    role: Role | null,
    private readonly faintest = besideNothing,
  ) {
    const [background, foreground, party, better, worse] = rgbOf([
      theme.background,
      theme.foreground,
      role === null ? theme.foreground : theme.party[role],
      theme.better,
      theme.worse,
    ]);
    this.#background = background ?? [0, 0, 0];
    const known = (color: Rgb | undefined): Rgb => color ?? [128, 128, 128];
    this.#tones = { party: known(party), better: known(better), worse: known(worse), dimmed: known(foreground) };
  }

  /** `rgb(…)`. */
  css(tone: Tone): string {
    return `rgb(${this.rgb(tone).join(', ')})`;
  }

  rgb(tone: Tone): Rgb {
    switch (tone.kind) {
      case 'none':
        return this.#background;
      case 'dimmed':
        return this.#mix(this.#tones.dimmed, 0.12);
      case 'party':
      case 'better':
      case 'worse':
        return this.#mix(this.#tones[tone.kind], this.faintest + (1 - this.faintest) * tone.level);
    }
  }

  #mix(color: Rgb, share: number): Rgb {
    const [red, green, blue] = this.#background;
    const between = (from: number, to: number): number => Math.round(from + share * (to - from));
    return [between(red, color[0]), between(green, color[1]), between(blue, color[2])];
  }
}
