import { isJsonObject } from '../json.js';
import { none } from '../words.js';

/** A setting as a person reads it: `20`, `[800, 800]`, `sgd: learningRate 0.1, momentum 0.9`. */
export function settingWords(value: unknown): string {
  if (value === undefined || value === null) return none;
  if (Array.isArray(value)) return `[${value.map(settingWords).join(', ')}]`;
  if (!isJsonObject(value)) return typeof value === 'string' ? value : JSON.stringify(value);
  const { kind, loss, ...rest } = value;
  const head = kind ?? loss;
  const parts = Object.entries(rest).map(([name, inner]) =>
    isJsonObject(inner) ? `${name} (${settingWords(inner)})` : `${name} ${settingWords(inner)}`,
  );
  if (typeof head !== 'string') return parts.length === 0 ? none : parts.join(', ');
  return parts.length === 0 ? head : `${head}: ${parts.join(', ')}`;
}
