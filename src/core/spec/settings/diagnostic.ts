import { quoted } from './allowed.js';
import type { JsonPath } from '../../jsonText.js';
import { nearest } from './suggestion.js';

/** What is wrong with a setting, in words, and which part of the file to show. */
export interface Diagnostic {
  readonly code: string;
  readonly path: JsonPath;
  /** The key that ends the path, its value, or, for what is missing, what it should be part of. */
  readonly at: 'key' | 'value' | 'around';
  readonly message: string;
  readonly fix: string;
  /** What to write in its place, as JSON, where that is clear. */
  readonly replacement?: string;
}

/** `distill.temperature`, `teacher[1].seed`, `sweep["distill.alpha"]`. */
export function pathText(path: JsonPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (!/^[\w$-]+$/.test(part)) return `${text}[${shown(part)}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** A value as a message shows it, cut short where it is long. */
export function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length <= 40 ? text : `${text.slice(0, 37)}…`;
}

/**
 * A key that nobody knows.
 * @param where what has no such key: `` `distill` ``
 * @param hint what to do, where that is more than to correct the spelling
 */
export function unknownKey(
  path: JsonPath,
  { known, where, hint }: { known: readonly string[]; where: string; hint?: string },
): Diagnostic {
  const key = String(path.at(-1));
  const near = nearest(key, known);
  const fix = near === null ? 'Remove it, or use one of those.' : `Did you mean ${quoted(near)}?`;
  return {
    code: 'experiment-unknown-key',
    path,
    at: 'key',
    message: `${quoted(key)} is not a setting of ${where}. Known: ${known.map(quoted).join(', ')}.`,
    fix: hint ?? fix,
    ...(hint === undefined && near !== null && { replacement: JSON.stringify(near) }),
  };
}
