import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isJsonObject, type JsonObject } from '../../src/core/json.js';
import { difference, readBits } from './bits.js';
import type { Answer } from './command.js';
import { Broken, must, type CommandOptions, type Trial } from './trial.js';
import { experimentName, roles, runsOf, type Role } from './world.js';

/** What a reader may take at most: seconds of the processor, which another's work does not lengthen, and bytes. */
const most = { cpuSeconds: 2, bytes: 512 * 2 ** 20 };

const crashSigns = /^\s+at .*:\d+:\d+\)?$|^Node\.js v\d|defect in Distillery|FATAL ERROR/m;
/** What is told to be deleted may be all that is left of a run. */
const wrongAdvice = /\bdelete the (?:run|checkpoint|log)\b|\bdelete it (?:to train|and make)/i;

/** @throws Broken where a program did not end by itself, in words */
export function mustBeSound(answer: Answer): void {
  const { words, code, signal, hung, stderr } = answer;
  must(!hung, `\`${words}\` hung`);
  must(signal === null && code !== null, `\`${words}\` ended by ${signal ?? 'nothing'}`);
  must(!crashSigns.test(stderr), `\`${words}\` crashed:\n${stderr}`);
  must(code === 0 || stderr.trim() !== '', `\`${words}\` failed without a word`);
  must(!wrongAdvice.test(stderr), `\`${words}\` advises to delete what may be valuable:\n${stderr}`);
}

/** Runs a command that only reads; its time and memory count. @throws Broken where it did not answer in time or words */
export async function read(trial: Trial, words: readonly string[], options: CommandOptions = {}): Promise<Answer> {
  const answer = await trial.command(words, options);
  mustBeSound(answer);
  trial.worstSeconds = Math.max(trial.worstSeconds, answer.seconds);
  trial.worstBytes = Math.max(trial.worstBytes, answer.peakBytes);
  must(answer.cpuSeconds <= most.cpuSeconds, `\`${answer.words}\` computed for ${answer.cpuSeconds.toFixed(1)} s`);
  must(answer.peakBytes <= most.bytes, `\`${answer.words}\` took ${(answer.peakBytes / 2 ** 20).toFixed(0)} MB`);
  return answer;
}

/** @throws Broken where it is no list of objects */
export async function listed(trial: Trial, options: CommandOptions = {}): Promise<JsonObject[]> {
  const { code, stdout } = await read(trial, ['list', '--json'], options);
  must(code === 0, '`list` failed');
  const rows: unknown = JSON.parse(stdout);
  must(Array.isArray(rows) && rows.every(isJsonObject), '`list` told no runs');
  return rows;
}

/**
 * `list`, `show` and `compare` answer, and show no figure that is not so. `list` hides no run.
 * @param compared whether both runs are finished, so that what is said of them is known
 */
export async function mustBeReadable(
  trial: Trial,
  { compared, missing = [] }: { compared: boolean; missing?: readonly string[] },
): Promise<void> {
  const runs = runsOf(trial.space);
  const ids = existsSync(runs) ? readdirSync(runs).filter((name) => !name.startsWith('.')) : [];
  const rows = new Map((await listed(trial)).map((row) => [String(row['id']), row]));
  const hidden = ids.filter((id) => !rows.has(id) && !missing.includes(id));
  must(hidden.length === 0, `\`list\` hides ${hidden.join()}`);
  const [baseline, student] = [idOf(trial, 'baseline'), idOf(trial, 'student')];
  for (const row of rows.values()) if (row['id'] === student) mustBeFigures(trial, { test: row['test'], by: 'list' });
  if (student !== null) {
    const { code, stdout } = await read(trial, ['show', '--json', student]);
    if (code === 0) mustBeKnown(trial, stdout);
  }
  if (student === null || baseline === null) return;
  const { code, stdout } = await read(trial, ['compare', '--json', baseline, student]);
  if (code === 0 && compared) {
    must(
      comparisonOf(stdout) === comparisonOf(trial.world.told.compared),
      `\`compare\` says something else:\n${comparisonOf(stdout)}\ninstead of\n${comparisonOf(trial.world.told.compared)}`,
    );
  }
  if (trial.dice.percent(25)) for (const words of [['list'], ['show', student]]) await read(trial, words);
}

function idOf(trial: Trial, role: Role): string | null {
  const runs = runsOf(trial.space);
  const name = existsSync(runs) ? readdirSync(runs).find((id) => id.split('-')[2] === role) : undefined;
  return name ?? null;
}

const epochsOf = (shown: string): JsonObject[] => {
  const told: unknown = JSON.parse(shown);
  const history = isJsonObject(told) ? told['history'] : null;
  return Array.isArray(history) ? history.filter(isJsonObject) : [];
};
const figuresOf = ({ step, train, validation, test }: JsonObject): string =>
  JSON.stringify([step, train, validation, test]);

/** Each epoch that is shown of the student is as it was. */
function mustBeKnown(trial: Trial, shown: string): void {
  const known = new Map(epochsOf(trial.world.told.history).map((each) => [each['epoch'], figuresOf(each)]));
  for (const epoch of epochsOf(shown)) {
    const figures = figuresOf(epoch);
    const wanted = known.get(epoch['epoch']);
    must(figures === wanted, `\`show\` says ${figures} of an epoch that was ${wanted ?? 'never made'}`);
  }
}

/** A result that is told is that of some epoch. */
export function mustBeFigures(trial: Trial, { test, by }: { test: unknown; by: string }): void {
  if (!isJsonObject(test)) return;
  const told = JSON.stringify(resultOf(test));
  const known = epochsOf(trial.world.told.history).map(({ test: each }) =>
    JSON.stringify(isJsonObject(each) && resultOf(each)),
  );
  must(known.includes(told), `\`${by}\` tells of a result that never was: ${told}`);
}

const resultOf = ({ n, errors, accuracy, loss }: JsonObject): unknown[] => [n, errors, accuracy, loss];

const comparisonOf = (text: string): string => {
  const told: unknown = JSON.parse(text);
  return JSON.stringify(isJsonObject(told) ? told['comparisons'] : told);
};

export interface Expectation {
  /** Files that the fault changed: what is refused names one of them, and of logits they are not compared. */
  readonly touched?: readonly string[];
  /** Whether it may be refused; else it must get to its end. */
  readonly refused?: boolean;
  /** Whether what is refused must offer the checkpoint before. */
  readonly offers?: boolean;
  /** The log itself was damaged: what is missing of it must be told. */
  readonly history?: 'whole' | 'told';
}

/**
 * Goes on with the experiment, as a person would: it ends with the bits of an undisturbed one, or is refused by name
 * with a way out, which is then taken where it is a command.
 */
export async function mustGoOn(trial: Trial, expected: Expectation = {}, options: CommandOptions = {}): Promise<void> {
  const { touched = [], refused = false, offers = false } = expected;
  const resume = ['resume', idOf(trial, 'student') ?? 'latest'];
  const run = ['run', experimentName];
  const words = idOf(trial, 'student') !== null && trial.dice.percent(50) ? resume : run;
  const first = await trial.command(words, options);
  mustBeSound(first);
  if (first.code === 0) return mustBeTheSame(trial, expected, words === resume ? ['student'] : roles);
  must(refused, `it did not go on:\n${first.stderr}`);
  const names = touched.map((path) => basename(path));
  must(
    names.length === 0 || names.some((name) => first.stderr.includes(name)),
    `what is wrong was not named (${names.join(' or ')}):\n${first.stderr}`,
  );
  await mustTellNoLie(trial, expected);
  const offered = /distillery (resume \S+ --previous)/.exec(first.stderr)?.[1];
  must(!offers || offered !== undefined, `the checkpoint before is not offered:\n${first.stderr}`);
  if (offered === undefined) return;
  const second = await trial.command(offered.split(' '));
  mustBeSound(second);
  if (second.code === 0) return mustBeTheSame(trial, expected, ['student']);
  must(second.stderr !== first.stderr, `what it offers leads nowhere:\n${second.stderr}`);
}

/** Whatever is finished is what it should be, and all that was asked for is finished. */
export async function mustBeTheSame(
  trial: Trial,
  expected: Expectation,
  wanted: readonly Role[] = roles,
): Promise<void> {
  const finished = await mustTellNoLie(trial, expected);
  const missing = wanted.filter((role) => !finished.has(role));
  must(missing.length === 0, `${missing.join(' and ')} should be finished by now`);
}

/**
 * No run is called finished that has other weights, other logits or another history.
 * @returns the roles that are finished
 */
async function mustTellNoLie(
  trial: Trial,
  { touched = [], history = 'whole' }: Expectation,
): Promise<ReadonlySet<Role>> {
  const finished = new Set<Role>();
  for (const { id, state } of await listed(trial)) {
    const role = roles.find((each) => each === String(id).split('-')[2]);
    if (state !== 'finished' || role === undefined) continue;
    finished.add(role);
    const folder = join(runsOf(trial.space), String(id));
    // A file that was damaged and not made anew is not what it was; that readers refuse it is tried where it is read.
    if (touched.some((path) => path.startsWith(folder)) && role !== 'student') continue;
    const damaged = new Set(touched.flatMap((path) => (path.includes('/logits/') ? [basename(path)] : [])));
    const ways = { history: history === 'whole' ? 'whole' : 'parts', damaged } as const;
    const found = bitsOf(folder, damaged);
    const other = difference(found, trial.world.oracle[role], ways);
    must(other === null, `${role} is called finished, but ${other ?? ''}`);
    const isCut = found.steps.size < trial.world.oracle[role].steps.size;
    if (isCut) await mustTellOfGap(trial, String(id));
  }
  return finished;
}

function bitsOf(folder: string, damaged: ReadonlySet<string>): ReturnType<typeof readBits> {
  try {
    return readBits(folder, damaged);
  } catch (error) {
    throw new Broken(`what is called finished cannot be read: ${folder}`, { cause: error });
  }
}

const gapWords = /\bgap\b|missing|\blost\b|\black|not in (?:the|its) log|could not be used/i;

async function mustTellOfGap(trial: Trial, id: string): Promise<void> {
  const { stdout, stderr } = await read(trial, ['show', id]);
  must(gapWords.test(`${stdout}\n${stderr}`), `steps of ${id} are missing, and \`show\` does not say so`);
}
