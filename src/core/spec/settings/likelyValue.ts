import { isJsonObject } from '../../json.js';
import { discriminators, formsOf, takes, type SettingSchema } from './setting.js';
import { nearest } from './suggestion.js';

/**
 * What was most likely meant by a value of the wrong type: the number in a text, the one entry of a list, the kind of an
 * object. Null where that is not clear.
 */
export function likelyValue(found: unknown, setting: SettingSchema): { readonly value: unknown } | null {
  const meant = [...insideText(found), ...kindsLike(found, setting), [found]];
  const value = meant.find((each) => takes(setting, each));
  return value === undefined ? null : { value };
}

/** A number or a word of JSON in quotes. */
function insideText(found: unknown): unknown[] {
  if (typeof found !== 'string' || found.trim() === '') return [];
  const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };
  const word = found.trim().toLowerCase();
  if (Object.hasOwn(words, word)) return [words[word]];
  return Number.isFinite(Number(found)) ? [Number(found)] : [];
}

/** `"adam"` for `{ "kind": "adam" }`. */
function kindsLike(found: unknown, setting: SettingSchema): unknown[] {
  if (typeof found !== 'string') return [];
  const kinds = formsOf(setting).flatMap(discriminators);
  const near = nearest(
    found,
    kinds.map(([, name]) => name),
  );
  return kinds.filter(([, name]) => name === near).map(([key, name]) => ({ [key]: name }));
}

/** A value as it is written in an experiment: `{ "kind": "adam" }`. */
export function writtenValue(value: unknown): string {
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, inside]) => `${JSON.stringify(key)}: ${JSON.stringify(inside)}`);
  return `{ ${members.join(', ')} }`;
}
