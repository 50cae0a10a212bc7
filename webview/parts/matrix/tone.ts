import type { Side } from './cell.js';

/** What a cell is coloured with. */
export type Tone =
  | { readonly kind: 'none' }
  | { readonly kind: 'dimmed' }
  | { readonly kind: 'party' | 'better' | 'worse'; readonly level: number };

/** Steps of each colour: more than an eye can tell apart. */
export const steps = 126;
export const dimmed = 255;

/**
 * The byte that stands for a tone where there are many: 0 is nothing; 1 … 126 a party's colour, or better; 127 … 252 worse;
 * 255 the dimmed diagonal.
 */
export function byteOf(tone: Tone): number {
  switch (tone.kind) {
    case 'none':
      return 0;
    case 'dimmed':
      return dimmed;
    case 'party':
    case 'better':
      return 1 + Math.round(tone.level * (steps - 1));
    case 'worse':
      return 1 + steps + Math.round(tone.level * (steps - 1));
  }
}

/** The tone that a byte stands for. */
export function toneOfByte(byte: number, side: Side): Tone {
  if (byte === 0) return { kind: 'none' };
  if (byte === dimmed) return { kind: 'dimmed' };
  if (byte > steps) return { kind: 'worse', level: (byte - 1 - steps) / (steps - 1) };
  return { kind: side === 'difference' ? 'better' : 'party', level: (byte - 1) / (steps - 1) };
}
