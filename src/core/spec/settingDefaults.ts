import { runSpecSchema, type RunSpec } from './spec.js';

/** A setting of a run that is not what it would be if the experiment did not speak of it. */
export interface ChangedSetting {
  /** Dotted: `train.optimizer.learningRate`. */
  readonly path: string;
  /** The value without a word of the experiment. */
  readonly otherwise: unknown;
}

/** The parts of a spec that an experiment writes settings into. */
const parts = ['data', 'model', 'train', 'distill', 'trainable', 'weights'] as const;

/**
 * Settings of a run that differ from their defaults. What has no default (a data set, the kind of a model) is not
 * among them. The schema itself is asked: a setting is left out, and what it is filled in with is compared.
 */
export function changedSettings(spec: RunSpec): ChangedSetting[] {
  return parts.flatMap((part) => changesBelow(spec, [part]));
}

function changesBelow(spec: RunSpec, path: readonly string[]): ChangedSetting[] {
  const value = valueAt(spec, path);
  if (isPart(value)) return Object.keys(value).flatMap((key) => changesBelow(spec, [...path, key]));
  const otherwise = defaultAt(spec, path);
  if (otherwise === undefined || JSON.stringify(otherwise) === JSON.stringify(value)) return [];
  return [{ path: path.join('.'), otherwise }];
}

/** What a setting is where nothing is said of it; undefined where that is no experiment, or nothing. */
function defaultAt(spec: RunSpec, path: readonly string[]): unknown {
  // Without the kind of an optimizer the rest of it means nothing: all of it is left out.
  for (const depth of [path.length, path.length - 1]) {
    if (depth < 1) return undefined;
    const filled = runSpecSchema.safeParse(without(spec, path.slice(0, depth)));
    if (filled.success) return valueAt(filled.data, path);
  }
  return undefined;
}

/** A copy that lacks what is at the path. */
function without(value: unknown, [key = '', ...rest]: readonly string[]): unknown {
  if (!isPart(value)) return value;
  if (rest.length > 0) return { ...value, [key]: without(value[key], rest) };
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isPart(at) ? at[key] : undefined), value);
}

function isPart(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
