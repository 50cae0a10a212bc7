import { quoted } from '../settings/allowed.js';
import { augmentDiagnostics } from './augmentDiagnostic.js';
import { pathText, type Diagnostic } from '../settings/diagnostic.js';
import { everyFault } from '../settings/everyFault.js';
import { experimentFileSchema, resolveExperiment, type Experiment, type ExperimentFile } from './experiment.js';
import { experimentJsonSchema } from './experimentJsonSchema.js';
import { experimentWarnings } from './experimentWarnings.js';
import { isJsonObject } from '../../json.js';
import type { TextRange } from '../settings/jsonFault.js';
import { JsonText, type JsonPath } from '../../jsonText.js';
import type { Place, Problem } from '../../problem.js';
import { roleDiagnostics } from './roleDiagnostics.js';
import { withDiscriminators, type SettingSchema } from '../settings/setting.js';
import { splitDiagnostics } from './splitDiagnostic.js';
import { layOutSweep, repeatedValues, type SweepPoint } from './sweep.js';
import { count, counted } from '../../words.js';

/** A problem of an experiment file, and the part of its text to underline. */
export interface ExperimentProblem extends Problem {
  readonly fix: string;
  readonly place: Place;
  readonly range: TextRange;
  /** What to write in place of the range, where that is clear. */
  readonly replacement?: string;
}

/** An experiment, or what is wrong with it. */
export interface CheckedExperiment {
  /** Null when there are problems. */
  readonly experiment: Experiment | null;
  /** All of them, of very many the first, in the order of the text. */
  readonly problems: readonly ExperimentProblem[];
}

export interface ParsedExperiment extends CheckedExperiment {
  /** Of an experiment without problems: what runs and does not mean what it seems to. */
  readonly warnings: readonly ExperimentProblem[];
}

/** Problems of one kind that are told: an editor that underlines more helps nobody. */
const mostProblems = 500;

/**
 * Reads an experiment file: JSON with comments and trailing commas. Never throws.
 * @param file its name, for the places of problems
 */
export function parseExperiment(text: string, { file }: { file?: string } = {}): ParsedExperiment {
  const json = new JsonText(text);
  const { experiment, diagnostics } = readExperiment(json.value);
  const problem = problemMaker(json, { file });
  // In a damaged text things seem to be missing that are only not understood.
  const sure = json.faults.length === 0 ? diagnostics : diagnostics.filter(({ at }) => at !== 'around');
  const problems = [
    ...json.faults.map((fault) => problem({ ...fault, code: 'experiment-syntax' }, fault.range)),
    ...json
      .duplicateKeys()
      .slice(0, mostProblems)
      .map(({ path, first, again }) => {
        const message = `${quoted(path.at(-1))} is set on line ${json.place(first.offset).line} already.`;
        return problem({ code: 'experiment-duplicate-key', message, fix: 'Remove one of the two.' }, again, path);
      }),
    ...sure.slice(0, mostProblems).map((diagnostic) => problem(diagnostic, rangeOf(diagnostic, json), diagnostic.path)),
  ];
  problems.sort((a, b) => a.range.offset - b.range.offset);
  if (problems.length > 0 || experiment === null) return { experiment: null, problems, warnings: [] };
  return { experiment, problems, warnings: placed(experimentWarnings(experiment, json.value), json, { file }) };
}

/**
 * What is wrong with an experiment outside its text, as a file that is not there, as problems of the text.
 * @param text that the experiment was read from
 */
export function placedProblems(
  diagnostics: readonly Diagnostic[],
  { text, file }: { text: string; file?: string },
): ExperimentProblem[] {
  return placed(diagnostics, new JsonText(text), { file });
}

function placed(
  diagnostics: readonly Diagnostic[],
  json: JsonText,
  { file }: { file: string | undefined },
): ExperimentProblem[] {
  const problem = problemMaker(json, { file });
  return diagnostics
    .map((diagnostic) => problem(diagnostic, rangeOf(diagnostic, json), diagnostic.path))
    .sort((a, b) => a.range.offset - b.range.offset);
}

function problemMaker(json: JsonText, { file }: { file: string | undefined }) {
  return (words: Words, range: TextRange, path?: JsonPath): ExperimentProblem => ({
    ...{ code: words.code, message: words.message, fix: words.fix, range },
    ...(words.replacement !== undefined && { replacement: words.replacement }),
    place: {
      ...(file === undefined ? {} : { file }),
      ...json.place(range.offset),
      ...(path === undefined ? {} : { path: pathText(path) }),
    },
  });
}

type Words = Pick<ExperimentProblem, 'code' | 'message' | 'fix' | 'replacement'>;

/** Where a diagnostic is to be shown: as near to its path as the text has something. */
function rangeOf({ at, path }: Pick<Diagnostic, 'at' | 'path'>, json: JsonText): TextRange {
  if (at === 'value') {
    const range = json.valueRange(path);
    if (range !== null) return range;
  }
  const key = json.keyRange(path);
  if (key !== null) return key;
  if (path.length > 0) return rangeOf({ at: 'around', path: path.slice(0, -1) }, json);
  const { offset, length } = json.valueRange([]) ?? { offset: 0, length: 0 };
  return { offset, length: Math.min(length, 1) };
}

/** Always the same, and longer in the making than an experiment is in the reading: made for the first one. */
let knownSchema: SettingSchema | null = null;

/** What the value of a file means, and everything that is wrong with it. */
function readExperiment(read: unknown): { experiment: Experiment | null; diagnostics: readonly Diagnostic[] } {
  if (read === undefined) return { experiment: null, diagnostics: [] };
  const newer = newerDiagnostic(read);
  // What is wrong by this version's rules need not be wrong by those it was written to.
  if (newer !== null) return { experiment: null, diagnostics: [newer] };
  const schema = (knownSchema ??= experimentJsonSchema());
  const value = withDiscriminators(schema, read);
  const parsed = experimentFileSchema.safeParse(value);
  const diagnostics = parsed.success ? [] : everyFault(value, { by: experimentFileSchema, schema });
  if (!isJsonObject(value)) return { experiment: null, diagnostics };

  const sweep = layOutSweep(value, { schema, known: diagnostics });
  const seeds = Array.isArray(value.seeds) ? repeatedValues(value.seeds, { path: ['seeds'] }) : [];
  const all = withoutNeedlessRepeats([
    ...diagnostics,
    ...sweep.diagnostics,
    ...seeds,
    ...(parsed.success ? tooManyRuns(parsed.data, sweep.points) : []),
    ...splitDiagnostics(value),
    ...augmentDiagnostics(value, sweep.written),
    ...roleDiagnostics(value, sweep.written),
  ]);
  const experiment = parsed.success && all.length === 0 ? resolveExperiment(parsed.data, sweep.points) : null;
  return { experiment, diagnostics: all };
}

/** That the file is of a version which nobody knows here. */
function newerDiagnostic(read: unknown): Diagnostic | null {
  if (!isJsonObject(read) || typeof read.version !== 'number' || read.version <= 1) return null;
  return {
    code: 'experiment-newer',
    path: ['version'],
    at: 'value',
    message: `This experiment was written for a newer Distillery: its format has version ${read.version}, known is 1.`,
    fix: 'Update Distillery.',
  };
}

/** Runs of one experiment. Planning takes a fraction of a second for so many, and training them weeks. */
const mostRuns = 5000;

function tooManyRuns(file: ExperimentFile, points: readonly SweepPoint[]): Diagnostic[] {
  const teachers = Array.isArray(file.teacher) ? file.teacher.length : 1;
  const baselines = file.baseline ? new Set(points.map(({ parts }) => JSON.stringify(parts.student))).size : 0;
  const seeds = file.seeds.length;
  const runs = teachers + seeds * (points.length + baselines);
  if (runs <= mostRuns) return [];
  const each = counted(points.length, 'student') + (baselines === 0 ? '' : ` and ${counted(baselines, 'baseline')}`);
  return [
    {
      code: 'experiment-too-many-runs',
      path: [seeds > points.length ? 'seeds' : 'sweep'],
      at: 'key',
      message: `This asks for ${count(runs)} runs: for each of ${counted(seeds, 'seed')} ${each}, and ${counted(teachers, 'teacher')}. Expected at most ${count(mostRuns)}.`,
      fix: 'Use fewer seeds, or sweep fewer values at a time.',
    },
  ];
}

/** That a value is in its list already need not be said where the value itself is wrong. */
function withoutNeedlessRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const isRepeat = ({ code }: Diagnostic): boolean => code === 'experiment-repeated';
  const wrong = new Set(diagnostics.filter((each) => !isRepeat(each)).map(({ path }) => pathText(path)));
  return diagnostics.filter((each) => !isRepeat(each) || !wrong.has(pathText(each.path)));
}
