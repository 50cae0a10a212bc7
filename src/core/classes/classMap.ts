import { counted, count } from '../words.js';
import { ProblemError } from '../problem.js';
import type { WrittenClasses } from '../spec/parts/classesSpec.js';
import { nearNames } from './nearNames.js';

/** For each class of the data set the outputs of a network that mean it: one, or several that are summed. */
export type ClassMap = readonly (readonly number[])[];

/**
 * Which outputs of a network mean which class of the data set, by what an experiment says of them.
 * @param names of the network's outputs where its file has them, for a map that names outputs
 * @param file of the network, for the place of problems
 * @throws ProblemError `classes-…`: a class without an output, a name that nobody knows, another number of outputs
 */
export function classMapOf(
  written: string | WrittenClasses,
  {
    classes,
    outputs,
    names = null,
    file,
  }: { classes: readonly string[]; outputs: number; names?: readonly string[] | null; file: string },
): ClassMap {
  if (typeof written === 'string') throw new Error(`the names of the classes were not read from ${written}`);
  try {
    return mapOf(written, { classes, outputs, names });
  } catch (error) {
    // Where it was found is the same for all of them.
    if (!(error instanceof ProblemError)) throw error;
    throw new ProblemError({ ...error.problem, place: { file, path: 'model.classes' } });
  }
}

function mapOf(
  written: WrittenClasses,
  { classes, outputs, names }: { classes: readonly string[]; outputs: number; names: readonly string[] | null },
): ClassMap {
  if (isNames(written)) {
    if (written.length !== outputs) throw otherCount({ named: written.length, outputs });
    return checked(byName(classes, written), classes);
  }
  for (const name of Object.keys(written)) if (!classes.includes(name)) throw noSuchClass(name, classes);
  const map = classes.map((name) => {
    const said = Object.hasOwn(written, name) ? written[name] : undefined;
    if (said === undefined) throw notSaid(name);
    return [said].flat().flatMap((output) => outputsOf(output, { of: name, outputs, names }));
  });
  return checked(map, classes);
}

/** Whether a map takes every output for the class of its place: then it changes nothing. */
export function isPlainMap(map: ClassMap, { outputs }: { outputs: number }): boolean {
  return map.length === outputs && map.every((from, index) => from.length === 1 && from[0] === index);
}

/** Whether a class has several outputs, so that no choice of outputs alone gives its logit. */
export const isSummed = (map: ClassMap): boolean => map.some((from) => from.length > 1);

/**
 * Logits of the data set's classes, float32 [n, classes], from those of a network's outputs, [n, outputs]. A class of one
 * output has its logit; of several it has log Σ exp of theirs. The softmax of the result is the network's own, summed over
 * the outputs of each class, given that the picture is of one of the data set's classes: what other outputs had is
 * shared among these in proportion.
 */
export function mappedLogits(
  map: ClassMap,
  { logits, outputs }: { logits: Float32Array; outputs: number },
): Float32Array {
  const n = logits.length / outputs;
  const result = new Float32Array(n * map.length);
  for (let row = 0; row < n; row++) {
    map.forEach((from, index) => {
      result[row * map.length + index] = logSumExp(from.map((output) => logits[row * outputs + output] ?? NaN));
    });
  }
  return result;
}

const mostTold = 10;

/** `Of the 1,000 outputs of net.onnx these are used: a ← 207, b ← 281 + 282.`; of many classes the first. */
export function mapWords(
  map: ClassMap,
  { of, outputs, classes }: { of: string; outputs: number; classes: readonly string[] },
): string {
  const shown = map.slice(0, mostTold).map((from, index) => `${classes[index] ?? ''} ← ${from.join(' + ')}`);
  const more = map.length > mostTold ? ` and ${count(map.length - mostTold)} more` : '';
  return `Of the ${counted(outputs, 'output')} of ${of} these are used: ${shown.join(', ')}${more}.`;
}

const mostInLine = 6;

/** The line that says which output means which class, with numbers to be put right. */
export function classesLine(classes: readonly string[]): string {
  const entries = classes.slice(0, mostInLine).map((name, index) => `${JSON.stringify(name)}: ${index}`);
  return `"classes": { ${entries.join(', ')}${classes.length > mostInLine ? ', …' : ''} }, with the index of its output for each`;
}

function logSumExp(values: readonly number[]): number {
  const [only = NaN, ...others] = values;
  if (others.length === 0) return only;
  const largest = Math.max(...values);
  if (!Number.isFinite(largest)) return largest;
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

const isNames = (written: WrittenClasses): written is string[] => Array.isArray(written);

function byName(classes: readonly string[], names: readonly string[]): ClassMap {
  return classes.map((name) => {
    const found = outputsNamed(name, names);
    if (found.length === 0) throw noOutput(name, names);
    return found;
  });
}

/** By the whole name; else upper and lower case and signs aside, as one of those that are set off by commas. */
function outputsNamed(name: string, names: readonly string[]): number[] {
  const places = (fits: (each: string) => boolean): number[] =>
    names.flatMap((each, index) => (fits(each) ? [index] : []));
  const exact = places((each) => each === name);
  if (exact.length > 0) return exact;
  const wanted = plain(name);
  const near = places((each) => plain(each) === wanted || each.split(',').some((part) => plain(part) === wanted));
  if (near.length > 1) throw severalMeanings(name, near);
  return near;
}

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();

function outputsOf(
  output: number | string,
  { of, outputs, names }: { of: string; outputs: number; names: readonly string[] | null },
): readonly number[] {
  if (typeof output === 'number') {
    if (output < outputs) return [output];
    throw classesProblem({
      code: 'index',
      message: `\`classes\` takes output ${count(output)} for \`${of}\`, and the network has ${counted(outputs, 'output')}, counted from 0.`,
      fix: outputs === 1 ? 'Write 0.' : `Write an index from 0 to ${count(outputs - 1)}.`,
    });
  }
  if (names === null) {
    throw classesProblem({
      code: 'names',
      message: `\`classes\` takes the output \`${output}\` for \`${of}\`, and the file does not say what its outputs are called.`,
      fix: `Write its index, as { "${of}": 0 }, or the names of all outputs in their order: a list, or the name of a file of them.`,
    });
  }
  const found = outputsNamed(output, names);
  if (found.length === 0) throw noOutput(output, names);
  return found;
}

/** Two classes with one output could not be told apart. */
function checked(map: ClassMap, classes: readonly string[]): ClassMap {
  const owner = new Map<number, number>();
  map.forEach((from, index) => {
    if (new Set(from).size < from.length) throw outputTwice(from, [index, index], classes);
    for (const output of from) {
      const other = owner.get(output);
      if (other !== undefined) throw outputTwice([output], [other, index], classes);
      owner.set(output, index);
    }
  });
  return map;
}

function outputTwice(outputs: readonly number[], places: readonly number[], classes: readonly string[]): ProblemError {
  const owners = [...new Set(places.map((place) => `\`${classes[place] ?? ''}\``))];
  return classesProblem({
    code: 'twice',
    message: `\`classes\` takes output ${outputs.join(', ')} twice, for ${owners.join(' and ')}.`,
    fix: 'Give each class outputs of its own.',
  });
}

const severalMeanings = (name: string, outputs: readonly number[]): ProblemError =>
  classesProblem({
    code: 'unclear',
    message: `Several outputs are called \`${name}\`: ${outputs.join(', ')}.`,
    fix: `Write a map with the one that is meant, as { "${name}": ${outputs[0] ?? 0} }, or with all of them, as { "${name}": [${outputs.join(', ')}] }.`,
  });

function noOutput(name: string, names: readonly string[]): ProblemError {
  const near = nearNames(name, names);
  return classesProblem({
    code: 'unknown',
    message: `None of the ${counted(names.length, 'output')} is called \`${name}\`.`,
    fix:
      near.length === 0
        ? `Write a map from the data set's classes to outputs, as { "${name}": 0 }.`
        : `Near it: ${near.map((each) => `\`${each}\` (${names.indexOf(each)})`).join(', ')}. Write a map, as { "${name}": ${names.indexOf(near[0] ?? '')} }.`,
  });
}

function noSuchClass(name: string, classes: readonly string[]): ProblemError {
  const [near] = nearNames(name, classes);
  const all = classes.slice(0, 20).map((each) => `\`${each}\``);
  return classesProblem({
    code: 'unknown',
    message: `\`classes\` names \`${name}\`, which is no class of the data set. It has: ${all.join(', ')}${classes.length > all.length ? ' …' : ''}.`,
    fix: near === undefined ? 'Remove it, or name a class of the data set.' : `Did you mean \`${near}\`?`,
  });
}

const notSaid = (name: string): ProblemError =>
  classesProblem({
    code: 'missing',
    message: `\`classes\` says nothing of \`${name}\`, which is a class of the data set.`,
    fix: `Add its output, as "${name}": 0.`,
  });

const otherCount = ({ named, outputs }: { named: number; outputs: number }): ProblemError =>
  classesProblem({
    code: 'count',
    message: `\`classes\` names ${counted(named, 'output')}, and the network has ${count(outputs)}.`,
    fix: "Name all of them in their order, or write a map from the data set's classes to their indices.",
  });

const classesProblem = ({ code, message, fix }: { code: string; message: string; fix: string }): ProblemError =>
  new ProblemError({ code: `classes-${code}`, message, fix });
