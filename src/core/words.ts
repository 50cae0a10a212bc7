/** Numbers and times as a person reads them in the command line and in the editor, whatever the system's language. */

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `10,000`. */
export function count(value: number): string {
  return grouped.format(value);
}

/** `3 runs`, `1 run`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `98.72 %` for 0.9872. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** `+0.15` and `−0.30`: percentage points of a difference of shares. */
export function points(difference: number): string {
  const text = Math.abs(100 * difference).toFixed(2);
  if (Number(text) === 0) return '0.00';
  return `${difference < 0 ? '−' : '+'}${text}`;
}

/** `8.4 s`, `42 s`, `3 min 05 s`, `1 h 02 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${twoDigits(whole % 60)} s`;
  const rounded = Math.round(whole / 60);
  return `${Math.floor(rounded / 60)} h ${twoDigits(rounded % 60)} min`;
}

/** `0:42`, `12:05`, `1:02:05`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${twoDigits(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${twoDigits(minutes % 60)}:${twoDigits(whole % 60)}`;
}

/** `812 B`, `3.4 kB`, `120 MB`. */
export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, size)) / 3));
  const value = size / 1000 ** power;
  return `${power === 0 || value >= 99.5 ? Math.round(value) : value.toPrecision(2)} ${units[power] ?? ''}`;
}

/** `p = 0.031`, `p = 0.0004`, `p = 2.1e-8`, `p < 1e-15`. */
export function pValue(p: number): string {
  if (p < 1e-15) return 'p < 1e-15';
  if (p < 1e-4) return `p = ${p.toExponential(1)}`;
  // Just below 5 %, where runs are told apart, three digits would say 0.050.
  const isJustBelow = p < 0.05 && p >= 0.0495;
  return `p = ${p.toFixed(p < 1e-3 || isJustBelow ? 4 : 3)}`;
}

/** `61.2 %`; `< 0.1 %` for what is there and would be rounded away. */
export function probability(p: number): string {
  if (Number.isNaN(p)) return none;
  return p > 0 && p < 0.0005 ? '< 0.1 %' : `${(100 * p).toFixed(1)} %`;
}

/** An entropy or a divergence: `1.07`, `0.041`, `3.2e-5`, in nats. */
export function nats(value: number): string {
  if (Number.isNaN(value)) return none;
  if (value === Infinity) return '∞';
  if (value >= 0.995) return value.toFixed(2);
  if (value === 0) return '0';
  return value < 1e-3 ? value.toExponential(1) : value.toPrecision(2);
}

/** A loss: four digits that count; `not a number` where it diverged. */
export function loss(value: number): string {
  return Number.isFinite(value) ? value.toPrecision(4) : 'not a number';
}

/** A share or a cosine: `0.723`, `−0.120`. */
export function proportion(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3).replace('-', '−') : none;
}

/** What is absent, in a table. */
export const none = '–';

/**
 * What a terminal or an editor obeys instead of showing it: control characters, which move the cursor, set its title or
 * clear it, and marks of direction and of lines, which make a text read as another (Unicode Technical Report 36). And
 * what nobody sees: invisible operators, marks of annotations, the mark of byte order, and tags, which can spell a text.
 * Joiners stay, for scripts and emoji are written with them.
 */
const obeyed = /[\p{Cc}\u061c\u180e\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** A text of a file as one line of a terminal may show it. */
export function harmless(text: string): string {
  return text.replaceAll(obeyed, '�');
}

/**
 * Text of several lines as a terminal may show it: what it would obey is written as JSON writes it, `\u001b`, so that
 * JSON stays what it is.
 */
export function harmlessLines(text: string): string {
  return text.replaceAll(obeyed, (sign) =>
    sign === '\n' || sign === '\t' ? sign : sign.split('').map(escaped).join(''),
  );
}

/** One half of a sign that has two, as JSON writes it. */
const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
