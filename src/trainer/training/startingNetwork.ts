import { basename } from 'node:path';
import { classMapOf, isPlainMap, isSummed, mapWords, type ClassMap } from '../../core/classes/classMap.js';
import { ProblemError } from '../../core/problem.js';
import type { RunSpec } from '../../core/spec/spec.js';
import type { WeightsReport } from '../../run/log/entry.js';
import type { LabelledPictures } from '../data/dataset.js';
import { createModel } from '../models/create.js';
import { initialState } from '../models/initialize.js';
import type { Model } from '../models/model.js';
import { summedModel } from '../models/summed.js';
import { readWeights, type HeadTensor } from '../weights/readWeights.js';

/** A network with the values that it begins with, and what came of the file they are from. */
export interface StartingNetwork {
  readonly model: Model;
  readonly state: Readonly<Record<string, Float32Array>>;
  /** Null without a file of weights. */
  readonly report: WeightsReport | null;
  /** How many outputs the head in its file has; null where it has none. */
  readonly fileOutputs: number | null;
  /** Which outputs of the file are used, for people; null where output i is class i. */
  readonly used: string | null;
}

/**
 * What a network is before anything is learned: from its file of weights, and by its seed where that says nothing.
 * Always the same for a spec: what is frozen need not be kept anywhere else. With `classes` the head of the file is kept,
 * whatever it tells apart: the rows of the outputs that are meant, or, where several mean one class, all of it with sums
 * behind. A head of one output for two classes, z, is kept as one that gives the logits 0 and z, whose softmax is the
 * sigmoid of z: where `classes` says so, or nothing is trained.
 * @throws ProblemError what is wrong with the weights, or with `classes`
 */
export async function startingNetwork(
  { model: spec, weights, seed, trainable }: Pick<RunSpec, 'model' | 'weights' | 'seed' | 'trainable'>,
  { picture, classes }: LabelledPictures,
): Promise<StartingNetwork> {
  const model = createModel(spec, picture);
  if (weights === null) return { model, state: initialState(model, seed), report: null, fileOutputs: null, used: null };
  const { file } = weights;
  const { state, report, head: found } = await readWeights(model, { weights, kind: spec.kind });
  const fileOutputs = outputsOf(found);
  const isOneOfTwo = fileOutputs === 1 && classes.length === 2;
  const head = isOneOfTwo ? twoOfOne(found) : found;
  const chosen =
    spec.classes !== undefined
      ? chosenOutputs(spec.classes, { head, classes, file })
      : isOneOfTwo && trainable === 'none'
        ? { map: [[0], [1]], outputs: 2 }
        : null;
  const isKept = (name: string): boolean => chosen !== null && name in head;
  const missing = new Set(report.missing.filter((name) => !isKept(name)));
  const anew = {
    parameters: model.parameters.filter(({ name }) => missing.has(name)),
    buffers: model.buffers.filter(({ name }) => missing.has(name)),
  };
  const own = { ...initialState(anew, seed), ...state };
  if (chosen === null) return { model, state: own, report, fileOutputs, used: null };
  const { map, outputs } = chosen;
  const of = basename(file);
  const used = [
    isOneOfTwo ? `${of} has one output for two classes, taken for the logit of ${meantByOne(map, classes)}.` : null,
    isPlainMap(map, { outputs }) ? null : mapWords(map, { of, outputs, classes }),
  ].filter((text) => text !== null);
  const told = { report: withHead(report, head), fileOutputs, used: used.length === 0 ? null : used.join(' ') };
  if (!isSummed(map)) {
    const rows = map.map(([output = 0]) => output);
    return { model, state: { ...own, ...mapHead(head, (tensor) => rowsOf(tensor, rows)) }, ...told };
  }
  if (trainable !== 'none') throw summedAndTrained(file);
  const full = createModel(spec, { ...picture, classes: outputs });
  return {
    model: summedModel(full, map, { outputs }),
    state: { ...own, ...mapHead(head, ({ values }) => values) },
    ...told,
  };
}

/** Tensors of a head as they are in the file, by their names in the network. */
type Head = Readonly<Record<string, HeadTensor>>;

function chosenOutputs(
  written: Parameters<typeof classMapOf>[0],
  { head, classes, file }: { head: Head; classes: readonly string[]; file: string },
): { map: ClassMap; outputs: number } {
  const outputs = outputsOf(head);
  if (outputs !== null) return { map: classMapOf(written, { classes, outputs, file }), outputs };
  throw new ProblemError({
    code: 'classes-head',
    message: '`classes` says which outputs of these weights are meant, and the file has no head.',
    fix: 'Remove `classes`, and write "trainable": "head" to train a new one.',
    place: { file, path: 'model.classes' },
  });
}

/** How many outputs a head has; null where there is none. */
const outputsOf = (head: Head): number | null => Object.values(head)[0]?.shape[0] ?? null;

/** A head of one output, z, as one that gives 0 and z: the first row is all zeros. */
const twoOfOne = (head: Head): Head =>
  Object.fromEntries(
    Object.entries(head).map(
      ([
        key,
        {
          name,
          shape: [, ...inputs],
          values,
        },
      ]) => {
        const both = new Float32Array(2 * values.length);
        both.set(values, values.length);
        return [key, { name, shape: [2, ...inputs], values: both }];
      },
    ),
  );

/** The class that has the second of two outputs, where the first is 0. */
const meantByOne = (map: ClassMap, classes: readonly string[]): string =>
  `\`${classes[map.findIndex((from) => from.includes(1))] ?? ''}\`, that of the other being 0`;

const mapHead = (head: Head, values: (tensor: HeadTensor) => Float32Array): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(head).map(([name, tensor]) => [name, values(tensor)]));

/** Rows of a tensor [outputs, …]. */
function rowsOf({ shape, values }: HeadTensor, rows: readonly number[]): Float32Array {
  const size = values.length / (shape[0] ?? 1);
  const picked = new Float32Array(rows.length * size);
  rows.forEach((row, at) => picked.set(values.subarray(row * size, (row + 1) * size), at * size));
  return picked;
}

/** The report of a file whose head is kept. */
function withHead(report: WeightsReport, head: Head): WeightsReport {
  const kept = report.missing.filter((name) => name in head);
  const inFile = Object.values(head).map(({ name }) => name);
  return {
    ...report,
    loaded: report.loaded + kept.length,
    missing: report.missing.filter((name) => !(name in head)),
    skipped: report.skipped.filter(({ name }) => !inFile.includes(name)),
  };
}

const summedAndTrained = (file: string): ProblemError =>
  new ProblemError({
    code: 'classes-summed',
    message:
      '`classes` sums several outputs of these weights for one class, and a sum of outputs is no layer that could be trained.',
    fix: 'Give each class one output to begin from, or write "trainable": "none".',
    place: { file, path: 'model.classes' },
  });
