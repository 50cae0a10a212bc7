import type { RunSpec } from '../../src/core/spec.js';
import { none } from '../../src/core/words.js';

/** One setting of a run by its dotted path, as in an experiment file. */
export interface Setting {
  readonly path: string;
  readonly text: string;
}

/** All settings of a spec, nested ones by their paths; a list is one setting. */
export function settingsOf(spec: RunSpec): Setting[] {
  const { role, name, seed, data, model, train, distill } = spec;
  return flatten({ role, name, seed, data, model, train, distill }, '');
}

function flatten(value: unknown, path: string): Setting[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ path, text: words(value) }];
  return Object.entries(value).flatMap(([key, item]) => flatten(item, path === '' ? key : `${path}.${key}`));
}

function words(value: unknown): string {
  if (value === null || value === undefined) return none;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(words).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A setting that is not the same in all of some runs: its text in each, `–` where a run has no such setting. */
export interface Difference {
  readonly path: string;
  readonly texts: readonly string[];
}

/** What differs between specs, in the order in which settings are met. */
export function differences(specs: readonly RunSpec[]): Difference[] {
  const all = specs.map((spec) => new Map(settingsOf(spec).map(({ path, text }) => [path, text])));
  const paths = [...new Set(all.flatMap((settings) => [...settings.keys()]))];
  return paths
    .map((path) => ({ path, texts: all.map((settings) => settings.get(path) ?? none) }))
    .filter(({ texts }) => new Set(texts).size > 1);
}
