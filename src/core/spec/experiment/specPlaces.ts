import type { Experiment, RoleSpec, Variant } from './experiment.js';
import { settingPath } from './experimentPlaces.js';
import { canonicalJson, isJsonObject } from '../../json.js';
import type { JsonPath } from '../../jsonText.js';
import type { RunSpec } from '../spec.js';

/**
 * Where an experiment's text says a setting of one of its runs.
 * @param keys from the run's spec to the setting, as `model`, `patch`
 * @param read the value of the text: the experiment itself does not know how it was written
 */
export function specPath(
  experiment: Experiment,
  { spec, keys, read }: { spec: RunSpec; keys: readonly string[]; read: unknown },
): JsonPath {
  const [part] = keys;
  if (part === 'data') return keys;
  if (spec.role === 'teacher') {
    const index = experiment.teachers.findIndex(({ name }) => name === spec.name);
    const isList = isJsonObject(read) && Array.isArray(read.teacher);
    return ['teacher', ...(isList ? [Math.max(index, 0)] : []), ...keys];
  }
  const variant = experiment.variants.find((each) => isOf(spec, each));
  const full = part === 'distill' ? keys : ['student', ...keys];
  return variant === undefined ? full : settingPath(variant, { read, keys: full });
}

/** Whether a run is the student of a point of the sweep, or its baseline. */
function isOf(spec: RunSpec, { student, distill }: Variant): boolean {
  const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);
  const roleOf = ({ model, weights, trainable, train }: RoleSpec): RoleSpec => ({ model, weights, trainable, train });
  return same(roleOf(spec), roleOf(student)) && (spec.distill === null || same(spec.distill, distill));
}
