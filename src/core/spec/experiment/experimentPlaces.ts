import type { PlaceSetting } from '../../datasets/datasetKind.js';
import { placesOf, placesOfAny, type DataSpec } from '../../datasets/datasets.js';
import type { Experiment, RoleSpec, Variant } from './experiment.js';
import { canonicalJson, isJsonObject } from '../../json.js';
import { startsWith, type JsonPath } from '../../jsonText.js';
import { valueAt } from '../settings/setting.js';

/** A file or a folder that an experiment names, and where in its text it does. */
export interface NamedPlace {
  readonly path: JsonPath;
  /** `the weights`, `the training pictures` */
  readonly what: string;
  readonly kind: 'file' | 'folder';
  /** As it is written. */
  readonly name: string;
}

/**
 * All that an experiment names on the disk, each place in the text once.
 * @param read the value of its text: the experiment itself does not know how it was written
 */
export function namedPlaces(experiment: Experiment, read: unknown): NamedPlace[] {
  const text = isJsonObject(read) ? read : {};
  const teachers = experiment.teachers.flatMap((teacher, index) =>
    placesOfRole(teacher, (...keys) => ['teacher', ...(Array.isArray(text.teacher) ? [index] : []), ...keys]),
  );
  const students = experiment.variants.flatMap((variant) =>
    placesOfRole(variant.student, (...keys) => settingPath(variant, { read, keys: ['student', ...keys] })),
  );
  const all = [...placesOfData(experiment.data), ...teachers, ...students];
  const paths = all.map(({ path }) => canonicalJson(path));
  return all.filter((_, index) => paths.indexOf(paths[index] ?? '') === index);
}

/** Settings of a role that name a file. */
const namedByRoles = [
  { keys: ['weights'], what: 'the weights' },
  { keys: ['model', 'file'], what: 'the ONNX model' },
  { keys: ['model', 'classes'], what: 'the names of the classes' },
] as const;

/**
 * What a text names on the disk, also where the rest of it is no experiment: only what is certain to be a name.
 * @param read the value of the text
 */
export function writtenPlaces(read: unknown): NamedPlace[] {
  const teachers = valueAt(read, ['teacher']);
  const roles: JsonPath[] = [
    ...(Array.isArray(teachers) ? teachers.map((_, index) => ['teacher', index]) : [['teacher']]),
    ['student'],
  ];
  const all = [
    ...placesOfAny().map(dataPlace),
    ...roles.flatMap((role) => namedByRoles.map((named) => ({ ...fileOf(named), path: [...role, ...named.keys] }))),
    ...sweptPlaces(valueAt(read, ['sweep'])),
  ];
  return all.flatMap((place) => namedAt(read, place));
}

const fileOf = ({ what }: { readonly what: string }) => ({ what, kind: 'file' as const });

/** The same of a student that is swept, as a whole or in part. */
function sweptPlaces(sweep: unknown): Omit<NamedPlace, 'name'>[] {
  return Object.entries(isJsonObject(sweep) ? sweep : {}).flatMap(([key, values]) =>
    namedByRoles.flatMap((named) => {
      const full = ['student', ...named.keys];
      const swept = key.split('.');
      if (!Array.isArray(values) || !startsWith(full, swept)) return [];
      return values.map((_, index) => ({
        ...fileOf(named),
        path: ['sweep', key, index, ...full.slice(swept.length)],
      }));
    }),
  );
}

/** The files and folders of a data set, by the names of their settings. */
export function placesOfData(data: DataSpec): NamedPlace[] {
  return placesOf(data).flatMap((place) => namedAt({ data }, dataPlace(place)));
}

const dataPlace = ({ keys, ...place }: PlaceSetting): Omit<NamedPlace, 'name'> => ({
  ...place,
  path: ['data', ...keys],
});

/** The place with the name that the value has there, if it has one. */
function namedAt(read: unknown, place: Omit<NamedPlace, 'name'>): NamedPlace[] {
  const name = valueAt(read, place.path);
  return typeof name === 'string' && name !== '' ? [{ ...place, name }] : [];
}

function placesOfRole(
  { model, weights }: Pick<RoleSpec, 'model' | 'weights'>,
  pathOf: (...keys: string[]) => JsonPath,
): NamedPlace[] {
  const places: NamedPlace[] = [];
  if (model.kind === 'onnx')
    places.push({ path: pathOf('model', 'file'), what: 'the ONNX model', kind: 'file', name: model.file });
  if (typeof model.classes === 'string')
    places.push({
      path: pathOf('model', 'classes'),
      what: 'the names of the classes',
      kind: 'file',
      name: model.classes,
    });
  if (weights !== null) places.push({ path: pathOf('weights'), what: 'the weights', kind: 'file', name: weights.file });
  return places;
}

/**
 * Where the text says what a setting of `student` or `distill` is at a point of the sweep: there, or in the sweep.
 * @param read the value of the text
 */
export function settingPath({ swept }: Variant, { read, keys }: { read: unknown; keys: readonly string[] }): JsonPath {
  const full = keys.join('.');
  const setting = swept.find(({ path }) => full === path || full.startsWith(`${path}.`));
  if (setting === undefined) return keys;
  const sweep = isJsonObject(read) && isJsonObject(read.sweep) ? read.sweep : {};
  const values = sweep[setting.path];
  const index = Array.isArray(values)
    ? values.findIndex((value) => canonicalJson(value) === canonicalJson(setting.value))
    : -1;
  const inside = full.slice(setting.path.length + 1);
  return ['sweep', setting.path, Math.max(index, 0), ...(inside === '' ? [] : inside.split('.'))];
}
