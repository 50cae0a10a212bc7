import { basename } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import type { ModelSpec, WeightsSpec } from '../../core/spec/spec.js';
import type { WeightsReport } from '../../run/log/entry.js';
import { FileHashes } from '../../node/files/fileHash.js';
import type { StoredTensor } from '../../node/safetensors/safetensors.js';
import { weightsHash } from '../../data/weights/shardIndex.js';
import { readTensor, weightsTensors, type WeightsTensor } from '../../data/weights/weightsFile.js';
import { notFinite, notFiniteIn, type NotFinite } from './finite.js';
import { floatsOfBfloat, floatsOfHalf } from './halfFloats.js';
import { matchWeights, type MatchedWeights, type Network, type WeightsSource } from './matchWeights.js';
import { resizedPositions } from './positions.js';

/** The tensors of a network that a file has, in their layout, and what came of the file. */
export interface FoundWeights {
  readonly state: Readonly<Record<string, Float32Array>>;
  readonly report: WeightsReport;
  /** The tensors of a head as the file has them, for as many classes as these are, by their names in the network. */
  readonly head: Readonly<Record<string, HeadTensor>>;
}

export interface HeadTensor {
  /** What it is called in the file. */
  readonly name: string;
  /** [classes, …] */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

interface WeightsOptions {
  readonly weights: WeightsSpec;
  readonly kind: ModelSpec['kind'];
}

/**
 * Whether weights fit a network, by the header of their file alone: all that {@link readWeights} checks but their values
 * and whether the file has changed. Takes milliseconds.
 * @returns what will come of the file
 * @throws ProblemError as {@link readWeights}
 */
export async function checkWeights(network: Network, { weights, kind }: WeightsOptions): Promise<WeightsReport> {
  return reportOf(weights, await matched(network, { weights, kind }));
}

/**
 * Weights of timm, torchvision, transformers or Distillery for a network, by the names of PyTorch's state dict; what
 * fits is decided by {@link matchWeights}.
 * @throws ProblemError `weights-changed`, `weights-not-finite`, as {@link matchWeights}, or what is wrong with the file
 */
export async function readWeights(network: Network, { weights, kind }: WeightsOptions): Promise<FoundWeights> {
  const { file, sha256 } = weights;
  const hashes = new FileHashes();
  if (sha256 !== undefined && (await weightsHash(file, (path) => hashes.of(path))) !== sha256) throw changed(file);
  const match = await matched(network, { weights, kind });
  const state: Record<string, Float32Array> = {};
  const damaged: NotFinite[] = [];
  for (const source of match.sources) {
    const values = await valuesOf(source, damaged);
    const { spec, grids } = source;
    state[spec.name] = grids === null ? values : resizedPositions(values, { ...grids, width: spec.shape[2] ?? 0 });
  }
  const head: Record<string, HeadTensor> = {};
  for (const { source, shape } of match.head) {
    const [first] = source.parts;
    head[source.spec.name] = { name: first?.name ?? source.spec.name, shape, values: await valuesOf(source, damaged) };
  }
  if (damaged.length > 0) {
    const fix = 'Download the file again, or take a checkpoint from before the training that wrote it diverged.';
    throw notFinite(damaged, { file, fix });
  }
  return { state, head, report: reportOf(weights, match) };
}

async function matched(network: Network, { weights: { file }, kind }: WeightsOptions): Promise<MatchedWeights> {
  return matchWeights(await weightsTensors(file), { network, kind, file });
}

const reportOf = ({ file }: WeightsSpec, { report }: MatchedWeights): WeightsReport => ({
  file: basename(file),
  ...report,
});

/** @param damaged takes what is wrong with values that are no numbers */
async function valuesOf({ parts }: WeightsSource, damaged: NotFinite[]): Promise<Float32Array> {
  const values: Float32Array[] = [];
  for (const part of parts) {
    const floats = floatsOf(part, await readTensor(part));
    const wrong = notFiniteIn(part.name, floats);
    if (wrong !== null) damaged.push(wrong);
    values.push(floats);
  }
  const [first = new Float32Array()] = values;
  return values.length === 1 ? first : joined(values);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function floatsOf({ name }: WeightsTensor, { dtype, data }: StoredTensor): Float32Array {
  switch (dtype) {
    case 'F32':
      return data;
    case 'F64':
      return Float32Array.from(data);
    case 'F16':
      return floatsOfHalf(data);
    case 'BF16':
      return floatsOfBfloat(data);
    case 'I64':
      return Float32Array.from(data, Number);
    case 'I32':
    case 'U8':
    case 'BOOL':
      throw new Error(`${name} of type ${dtype} was taken for weights`);
  }
}

const changed = (file: string): ProblemError =>
  new ProblemError({
    code: 'weights-changed',
    message: 'The file is not the one that the run was planned with: its contents have changed.',
    fix: 'Put the file back as it was, or run the experiment again: it plans a new run.',
    place: { file },
  });
