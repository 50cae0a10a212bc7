import { assertNever, type Problem } from './problem.js';
import { publishedSetOf, type DataSpec } from './datasets/datasets.js';
import { placesOfData } from './spec/experiment/experimentPlaces.js';

/**
 * What the editor can do about a problem, beside telling of it:
 * `fetch` a data set that is published; `locate` a file or a folder that an experiment names; `space`, free some; show the
 * `engines` of the machine; open the experiment to change its `settings`; go on from the `previous` checkpoint; show what the
 * trainer has put `output`.
 */
export type Remedy = 'fetch' | 'locate' | 'space' | 'engines' | 'settings' | 'previous' | 'output';

/** What a problem is about. */
export interface RemedyContext {
  /** The data of the run or the experiment that it was met in, where that is known. */
  readonly data: DataSpec | null;
  /** Whether there is an experiment file to look at and to change. */
  readonly hasFile: boolean;
}

/** Problems by their codes. What is not here is about the settings where it names one, and else for the output to tell. */
const remedies: Readonly<Record<string, Exclude<Remedy, 'fetch' | 'output'>>> = {
  'file-missing': 'locate',
  'not-a-file': 'locate',
  'not-a-folder': 'locate',
  'dataset-missing': 'locate',
  'onnx-changed': 'locate',
  'weights-changed': 'locate',
  'weights-missing': 'locate',
  'disk-full': 'space',
  'little-room': 'space',
  'no-engine': 'engines',
  'unknown-engine': 'engines',
  'engine-miscalculates': 'engines',
  'engine-failed': 'engines',
  'engine-crashes': 'engines',
  'no-device': 'engines',
  'no-gpu': 'engines',
  'device-lost': 'engines',
  'driver-crashed': 'engines',
  'driver-lacks-features': 'engines',
  'processor-too-old': 'engines',
  'system-unsupported': 'engines',
  'checkpoint-damaged': 'previous',
  diverged: 'settings',
  'untrained-head': 'settings',
  'wrong-teacher': 'settings',
};

/** The one thing to do about a problem. */
export function remedyOf(problem: Problem, { data, hasFile }: RemedyContext): Remedy {
  const known = remedies[problem.code];
  if (known === 'locate') {
    if (problem.code === 'dataset-missing' && data !== null && placesOfData(data).length === 0) {
      // What no experiment names is brought from its authors, or is part of the package.
      return publishedSetOf(data) === null ? 'output' : 'fetch';
    }
    return hasFile ? 'locate' : 'output';
  }
  const remedy = known ?? (problem.place?.path === undefined ? 'output' : 'settings');
  return remedy === 'settings' && !hasFile ? 'output' : remedy;
}

/** What comes back when files do. A file that is there and does not fit (`weights-missing`) is a matter of settings. */
const elsewhere = [
  ...['dataset-missing', 'file-missing', 'not-a-file', 'not-a-folder', 'onnx-changed', 'weights-changed'],
  ...['no-permission', 'out-of-memory', 'folder-moved', 'linked'],
  // Begun anew, the run would lie beside the damaged one without a word.
  ...['checkpoint-damaged', 'checkpoints-damaged', 'network-damaged'],
];

/**
 * Whether what went wrong lies outside the settings of a run: once it is fixed the same run can go on, where one that
 * failed by its settings would only fail again.
 */
export function liesOutside({ code }: Problem): boolean {
  const remedy = remedies[code];
  return remedy === 'space' || remedy === 'engines' || elsewhere.includes(code);
}

/** What the button says that does it. */
export function remedyTitle(remedy: Remedy, { data }: Pick<RemedyContext, 'data'>): string {
  switch (remedy) {
    case 'fetch':
      return `Fetch ${(data === null ? null : publishedSetOf(data))?.archive.title ?? 'the Data Set'}…`;
    case 'locate':
      return 'Locate…';
    case 'space':
      return 'Free Space…';
    case 'engines':
      return 'Show Engines';
    case 'settings':
      return 'Open Experiment';
    case 'previous':
      return 'Go On From the Checkpoint Before';
    case 'output':
      return 'Show Trainer Output';
    default:
      return assertNever(remedy);
  }
}

/**
 * The problem as the editor tells it, where nobody can be expected to have a command line: what to do is what the button
 * does. Sentences that name a command are for the terminal and are left out.
 */
export function editorProblem(problem: Problem, context: RemedyContext): Problem {
  const { fix, ...rest } = problem;
  const own = ownFix(problem, remedyOf(problem, context));
  if (own !== null) return { ...rest, fix: own };
  const left = fix === undefined ? '' : withoutCommands(fix);
  return left === '' ? rest : { ...rest, fix: left };
}

/** What to do where a button does it; null where the problem's own words say it. */
function ownFix({ fix }: Problem, remedy: Remedy): string | null {
  const namesCommand = fix !== undefined && withoutCommands(fix) !== fix;
  switch (remedy) {
    case 'fetch':
      return 'Fetch it, or name the folder of its files as `data.folder`.';
    case 'locate':
      return fix === undefined || fix === 'Check the path.' ? 'Locate it, or correct the path.' : null;
    case 'space':
      return 'Free some space. What was saved before is still there.';
    case 'engines':
      return namesCommand && withoutCommands(fix) === '' ? 'Choose another engine.' : null;
    case 'previous':
      return 'Go on from the one before, or put a copy of the file back.';
    case 'settings':
    case 'output':
      return null;
    default:
      return assertNever(remedy);
  }
}

/** Commands of a shell, as fixes write them: `` `distillery …` ``, `` `--engine …` ``, `--force`. */
const shellCommand = /`(?:distillery |--)[^`]*`|(?<=\s)--[a-z]+/;

/** What can be left out of a sentence without harm: `` or `distillery …` ``, `` , as `--engine …` ``. */
const aside = /,? (?:or|as) `(?:distillery |--)[^`]*`/g;

/** Sentences that tell to run a command go; one that only mentions it as another way stays without it. */
function withoutCommands(text: string): string {
  return sentencesOf(text)
    .map((sentence) => sentence.replaceAll(aside, ''))
    .filter((sentence) => !shellCommand.test(sentence))
    .join(' ');
}

/** A point inside backticks ends no sentence, nor does one without a space after it. */
function sentencesOf(text: string): string[] {
  const found = text.match(/(?:`[^`]*`|[^`])+?(?:[.!?](?=\s|$)|$)/g) ?? [];
  return found.map((sentence) => sentence.trim()).filter((sentence) => sentence !== '');
}
