import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readClassNames } from '../../core/classes/readClassNames.js';
import { pathText, type Diagnostic } from '../../core/spec/settings/diagnostic.js';
import type { Experiment, RoleSpec } from '../../core/spec/experiment/experiment.js';
import {
  placedProblems,
  type CheckedExperiment,
  type ExperimentProblem,
} from '../../core/spec/experiment/experimentFile.js';
import {
  namedPlaces,
  placesOfData,
  writtenPlaces,
  type NamedPlace,
} from '../../core/spec/experiment/experimentPlaces.js';
import { JsonText, type JsonPath } from '../../core/jsonText.js';
import { ProblemError, problemOf, type Problem } from '../../core/problem.js';
import { dataSchema, sourceOf, type DataSpec } from '../../core/datasets/datasets.js';
import { withValue } from '../../core/spec/settings/setting.js';
import type { ModelSpec } from '../../core/spec/spec.js';
import { dataContents } from '../datasets/dataContents.js';
import { imagesContents } from '../imageFolder/imagesContents.js';
import { listImageFolder } from '../imageFolder/listImageFolder.js';
import type { FileHashes, OnBytes } from '../../node/files/fileHash.js';
import { fileProblem } from '../../node/fileProblem.js';
import { onnxHash } from '../weights/onnxCompanions.js';
import { weightsHash } from '../weights/shardIndex.js';
import { weightsIn } from '../weights/weightsIn.js';
import { readRegularText } from '../../node/files/regularFile.js';

export interface LocateOptions {
  /** The text of the experiment, for the places of problems. */
  readonly text: string;
  /** Absolute path of the experiment: what it names is relative to its folder. */
  readonly file: string;
  readonly hashes: FileHashes;
  /** Stops it: large files take a while. */
  readonly signal?: AbortSignal;
  /** Told which file is being read. */
  readonly onProgress?: (path: string) => OnBytes;
}

/** An experiment whose files were looked for. */
export interface LocatedExperiment extends CheckedExperiment {
  /** With absolute paths, also where there are problems: then without what could not be found out. */
  readonly located: Experiment;
}

/**
 * An experiment with what it names on the disk found and looked at: absolute paths, the hashes of weights and ONNX
 * files, and what stands for the contents of data sets of the user's own.
 * @returns all that is missing or cannot be read, at its place in the text; the experiment is null then
 */
export async function locateExperiment(experiment: Experiment, options: LocateOptions): Promise<LocatedExperiment> {
  const { text, file } = options;
  const places = namedPlaces(experiment, new JsonText(text).value);
  const missing = await missingOf(places, { file });
  const gone = missing.map(({ absolute }) => absolute);
  const diagnostics = missing.map(({ diagnostic }) => diagnostic);
  /** What goes wrong with a file is told where the experiment names it. */
  const at = async <T>(name: string, keys: string, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      if (options.signal?.aborted === true) throw error;
      const problem = problemOf(error);
      if (problem.place?.file !== undefined && gone.includes(problem.place.file)) return null;
      const path = places.find((place) => place.name === name && pathText(place.path).endsWith(keys))?.path ?? [];
      diagnostics.push(diagnosticOf(problem, path));
      return null;
    }
  };
  const found = await locateData(experiment.data, options, at);
  diagnostics.push(...found.diagnostics);
  const located: Experiment = {
    ...experiment,
    data: found.data,
    teachers: await Promise.all(
      experiment.teachers.map(async (teacher) => ({ ...teacher, ...(await locateRole(teacher, options, at)) })),
    ),
    variants: await Promise.all(
      experiment.variants.map(async (variant) => ({
        ...variant,
        student: { ...variant.student, ...(await locateRole(variant.student, options, at)) },
      })),
    ),
  };
  const problems = placedProblems(diagnostics, { text, file });
  return { experiment: problems.length === 0 ? located : null, problems, located };
}

/**
 * What a text names and is not there, also where the text is no experiment yet: what is wrong with its settings hides no
 * missing file. Looks for names only: cheap enough while somebody types.
 */
export async function missingPlaces({
  text,
  file,
}: Pick<LocateOptions, 'text' | 'file'>): Promise<ExperimentProblem[]> {
  const missing = await missingOf(writtenPlaces(new JsonText(text).value), { file });
  return placedProblems(
    missing.map(({ diagnostic }) => diagnostic),
    { text, file },
  );
}

interface Missing {
  readonly absolute: string;
  readonly diagnostic: Diagnostic;
}

async function missingOf(places: readonly NamedPlace[], { file }: { file: string }): Promise<Missing[]> {
  const missing = places.map(async (place) => {
    const absolute = resolve(dirname(file), place.name);
    return (await diagnosticAbout(place, absolute)).map((diagnostic) => ({ absolute, diagnostic }));
  });
  return (await Promise.all(missing)).flat();
}

async function diagnosticAbout({ path, what, kind, name }: NamedPlace, absolute: string): Promise<Diagnostic[]> {
  const found = await stat(absolute).catch(() => null);
  const diagnostic = { path, at: 'value', fix: fixes[kind] } as const;
  if (found === null) {
    const message = `There is no ${kind} ${absolute}, where ${what} should be.`;
    return [{ ...diagnostic, code: 'file-missing', message }];
  }
  if (found.isDirectory() === (kind === 'folder')) return [];
  const is = kind === 'file' ? 'a folder and not a file' : 'a file and not a folder';
  const inside = kind === 'file' ? await weightsIn(absolute) : null;
  const fix = inside === null ? fixes[kind] : `Name the file in it: \`${join(name, inside)}\`.`;
  return [{ ...diagnostic, fix, code: `not-a-${kind}`, message: `${absolute} is ${is}.` }];
}

const fixes = {
  file: 'Put the file there, or correct the path; it is relative to the experiment.',
  folder: 'Put the folder there, or correct the path; it is relative to the experiment.',
} as const;

type At = <T>(name: string, keys: string, work: () => Promise<T>) => Promise<T | null>;

/** The folder of its setting, where it has one: what goes wrong with it is told there. */
const folderOf = (data: DataSpec): string => ('folder' in data ? (data.folder ?? '') : '');

async function locateData(
  data: DataSpec,
  options: LocateOptions,
  at: At,
): Promise<{ data: DataSpec; diagnostics: Diagnostic[] }> {
  const absolute = absoluteData(data, dirname(options.file));
  const source = sourceOf(absolute);
  if (source.kind !== 'images') {
    const contents = await at(folderOf(data), '', () => dataContents(source, options));
    return { data: contents == null ? absolute : { ...absolute, contents }, diagnostics: [] };
  }
  // Where there is no such folder that is told already.
  const isThere = await stat(source.spec.folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isThere) return { data: absolute, diagnostics: [] };
  const { folder, faults } = await listImageFolder(source.spec, options);
  if (folder !== null) return { data: { ...absolute, contents: await imagesContents(folder) }, diagnostics: [] };
  return {
    data: absolute,
    diagnostics: faults.map((fault) => diagnosticOf(fault, fault.place?.path?.split('.') ?? ['data', 'folder'])),
  };
}

/** A problem with a file as a diagnostic about the setting that names it. */
export function diagnosticOf({ code, message, place, fix = 'Check the path.' }: Problem, path: JsonPath): Diagnostic {
  const where = place?.file === undefined || message.includes(place.file) ? '' : `${place.file}: `;
  return { code, path, at: 'value', message: `${where}${message}`, fix };
}

/** With its places made absolute, whichever settings they are of. */
function absoluteData(data: DataSpec, base: string): DataSpec {
  const absolute = placesOfData(data).reduce<unknown>(
    (spec, { path: [, ...keys], name }) => withValue(spec, keys, resolve(base, name)),
    data,
  );
  return dataSchema.parse(absolute);
}

async function locateRole(
  { model, weights }: Pick<RoleSpec, 'model' | 'weights'>,
  options: LocateOptions,
  at: At,
): Promise<Pick<RoleSpec, 'model' | 'weights'>> {
  const placed = await locateClasses(model, options, at);
  if (weights === null) return { model: await locateModel(placed, options, at), weights };
  const file = resolve(dirname(options.file), weights.file);
  const hash = await at(weights.file, 'weights', () => weightsHash(file, (path) => hashOf(path, options)));
  return { model: placed, weights: hash === null ? { file } : { file, sha256: hash } };
}

/** What a file of classes says takes the place of its name: a run depends on the names and not on where they lie. */
async function locateClasses(model: ModelSpec, options: LocateOptions, at: At): Promise<ModelSpec> {
  const { classes } = model;
  if (typeof classes !== 'string') return model;
  const file = resolve(dirname(options.file), classes);
  const names = await at(classes, 'classes', async () => readClassNames(await readText(file)));
  return names === null ? model : { ...model, classes: names };
}

/** Of 21,841 classes with long names a megabyte. */
const mostNamesBytes = 16 * 2 ** 20;

async function readText(file: string): Promise<string> {
  try {
    return await readRegularText(file, { attempt: 'read the names of the classes', most: mostNamesBytes });
  } catch (error) {
    throw fileProblem(error, { path: file, attempt: 'read the names of the classes' });
  }
}

async function locateModel(model: ModelSpec, options: LocateOptions, at: At): Promise<ModelSpec> {
  if (model.kind !== 'onnx') return model;
  const file = resolve(dirname(options.file), model.file);
  const found = await at(model.file, 'file', async () => {
    const hash = await onnxHash(file, (path) => hashOf(path, options));
    if (model.sha256 === undefined || model.sha256 === hash) return hash;
    throw new ProblemError({
      code: 'onnx-changed',
      message: `${file} is not the file that is asked for: its SHA-256 is ${hash}.`,
      fix: 'Put the right file there, or remove `sha256`.',
    });
  });
  return { ...model, file, ...(found === null ? {} : { sha256: found }) };
}

function hashOf(path: string, { hashes, signal, onProgress }: LocateOptions): Promise<string> {
  const onBytes = onProgress?.(path);
  return hashes.of(path, { ...(signal && { signal }), ...(onBytes && { onBytes }) });
}
