import { quantities, type Quantity, type Rest } from './quantities.js';
import { slopeOf, type Slope } from './slope.js';

/** What was found at rest after so many panels, or runs. */
export interface RestAfter {
  readonly done: number;
  readonly rest: Rest;
}

export interface Growth {
  readonly quantity: Quantity;
  readonly start: number;
  /** After a fifth of what was done; what is loaded and kept at first is there by then, and slopes begin here. */
  readonly fifth: number;
  readonly end: number;
  readonly most: number;
  /** More of it after a hundred. */
  readonly perHundred: Slope;
  /** How much more after a hundred is let pass: for the quantity, its noise, and what the editor keeps by itself. */
  readonly allowed: number;
  /** `unclear`: the interval has the bound in it. */
  readonly verdict: 'flat' | 'grows' | 'unclear';
}

/**
 * How everything grew over one kind of work.
 * @param found the first before any of it was done
 * @param kept what the editor itself keeps after a hundred, by the names of quantities
 */
export function growthOf(
  found: readonly RestAfter[],
  { kept = new Map() }: { kept?: ReadonlyMap<string, number> } = {},
): Growth[] {
  const all = found.at(-1)?.done ?? 0;
  const later = found.filter(({ done }) => done >= all / 5);
  return quantities.map((quantity) => {
    const values = found.map(({ rest }) => quantity.of(rest));
    const points = later.map(({ done, rest }) => ({ x: done / 100, y: quantity.of(rest) }));
    const perHundred = slopeOf(points);
    const hundreds = (points.at(-1)?.x ?? NaN) - (points[0]?.x ?? NaN);
    const allowed = quantity.allowed + quantity.noise / hundreds + Math.max(0, kept.get(quantity.name) ?? 0);
    return {
      quantity,
      start: values[0] ?? NaN,
      fifth: points[0]?.y ?? NaN,
      end: values.at(-1) ?? NaN,
      most: Math.max(...values),
      perHundred,
      allowed,
      verdict: verdictOf(perHundred, allowed),
    };
  });
}

/** What was kept after a hundred, by the names of quantities. */
export function keptIn(growth: readonly Growth[]): ReadonlyMap<string, number> {
  return new Map(growth.map(({ quantity, perHundred }) => [quantity.name, perHundred.slope]));
}

function verdictOf({ low, high }: Slope, allowed: number): Growth['verdict'] {
  if (high <= allowed) return 'flat';
  return low > allowed ? 'grows' : 'unclear';
}

/** Lines of Markdown: a row a quantity. @param what is done, in the plural */
export function growthTable(growth: readonly Growth[], { what }: { what: string }): string {
  const rows = growth.map(({ quantity, start, fifth, end, most, perHundred, allowed, verdict }) => {
    const figure = (value: number): string => value.toFixed(quantity.unit === 'MB' ? 1 : 0);
    const { slope, low, high } = perHundred;
    const [middle, from, to] = [slope, low, high].map(
      (value) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`,
    );
    return [
      quantity.unit === '' ? quantity.name : `${quantity.name}, ${quantity.unit}`,
      ...[start, fifth, end, most].map(figure),
      `${middle ?? ''} (${from ?? ''} … ${to ?? ''})`,
      `+${allowed.toFixed(1)}`,
      verdict === 'grows' ? '**grows**' : verdict,
    ];
  });
  const head = [what, 'at the start', 'after a fifth', 'at the end', 'most', `per 100 ${what} (95 %)`, 'allowed', ''];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
