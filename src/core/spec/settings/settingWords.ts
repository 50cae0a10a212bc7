import { isJsonObject } from '../../json.js';
import { count, none } from '../../words.js';

/** Of a long list, as the names of a thousand classes, the first are shown. */
const mostListed = 12;

/** A setting as a person reads it: `20`, `[800, 800]`, `sgd: learningRate 0.1, momentum 0.9`. */
export function settingWords(value: unknown): string {
  if (value === undefined || value === null) return none;
  if (Array.isArray(value)) {
    const more = value.length > mostListed ? `, … (${count(value.length)})` : '';
    return `[${value.slice(0, mostListed).map(settingWords).join(', ')}${more}]`;
  }
  if (!isJsonObject(value)) return typeof value === 'string' ? value : JSON.stringify(value);
  const { kind, loss, ...rest } = value;
  const head = kind ?? loss;
  const parts = Object.entries(rest).map(([name, inner]) =>
    isJsonObject(inner) ? `${name} (${settingWords(inner)})` : `${name} ${settingWords(inner)}`,
  );
  if (typeof head !== 'string') return parts.length === 0 ? none : parts.join(', ');
  return parts.length === 0 ? head : `${head}: ${parts.join(', ')}`;
}
