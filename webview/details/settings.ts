import type { ChangedSetting } from '../../src/core/spec/settingDefaults.js';
import type { RunSpec } from '../../src/core/spec/spec.js';
import { none } from '../../src/core/words.js';
import type { RunData } from '../store.js';

/** One setting of a run by its dotted path, as in an experiment file. */
export interface Setting {
  readonly path: string;
  readonly text: string;
}

/** All settings of a spec, nested ones by their paths; a list is one setting. */
export function settingsOf(spec: RunSpec): Setting[] {
  const { role, name, seed, data, model, weights, trainable, train, distill } = spec;
  return flatten({ role, name, seed, data, model, weights, trainable, train, distill }, '');
}

function flatten(value: unknown, path: string): Setting[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ path, text: valueText(value) }];
  return Object.entries(value).flatMap(([key, item]) => flatten(item, path === '' ? key : `${path}.${key}`));
}

/** A value as an experiment file would have it, without its marks. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return none;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A setting beside what it might have been. */
export interface SettingRow extends Setting {
  /** The default, where the experiment changed it. */
  readonly otherwise: string | null;
  /** What the baseline has, where that is something else. */
  readonly ofBaseline: string | null;
}

/** All settings of a run, with what they are by default and in its baseline where that differs. */
export function settingRows({
  run,
  baseline,
  changed,
}: {
  run: RunData;
  baseline: RunData | null;
  changed: readonly ChangedSetting[];
}): SettingRow[] {
  const defaults = new Map(changed.map(({ path, otherwise }) => [path, valueText(otherwise)]));
  const theirs = new Map(
    (baseline === null ? [] : settingsOf(baseline.run.record.spec)).map((each) => [each.path, each.text]),
  );
  return settingsOf(run.run.record.spec).map(({ path, text }) => {
    const other = theirs.get(path) ?? none;
    return {
      path,
      text,
      otherwise: defaults.get(path) ?? null,
      ofBaseline: baseline === null || other === text ? null : other,
    };
  });
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
