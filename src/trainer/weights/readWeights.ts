import { basename } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import type { ModelSpec, WeightsSpec } from '../../core/spec/spec.js';
import type { WeightsReport } from '../../run/entry.js';
import { sha256 } from '../../run/files/hash.js';
import { decodeSafetensors, type StoredTensor } from '../../run/files/safetensors.js';
import { readWhole } from '../readWhole.js';
import { stateOf, type BufferSpec, type Model, type ParameterSpec } from '../models/model.js';
import { floatsOfBfloat, floatsOfHalf } from './halfFloats.js';
import { resizedPositions, squareGrid, type Grid } from './positions.js';
import { timmNames } from './torchvisionVit.js';

/** The tensors of a network that a file has, in their layout, and what came of the file. */
export interface FoundWeights {
  readonly state: Readonly<Record<string, Float32Array>>;
  readonly report: WeightsReport;
}

/**
 * Weights of timm, torchvision or Distillery for a network, by the names of PyTorch's state dict. A head for another
 * number of classes is left out; positions of another square grid of patches are resized; counters may be missing;
 * anything else must fit.
 * @throws ProblemError `weights-changed`, `weights-missing`, `weights-shape`, `weights-type`,
 *   `weights-pickle`, or what is wrong with the file
 */
export async function readWeights(
  model: Pick<Model, 'parameters' | 'buffers' | 'head' | 'seen'>,
  { weights, kind }: { weights: WeightsSpec; kind: ModelSpec['kind'] },
): Promise<FoundWeights> {
  const { file } = weights;
  const bytes = await readWhole(file, { attempt: 'read the weights' });
  if (weights.sha256 !== undefined && sha256(bytes) !== weights.sha256) throw changed(file);
  if (isPickle(bytes)) throw pickled(file);
  const { tensors } = decodeSafetensors(bytes, { file });
  const names = kind === 'vit' ? timmNames(Object.keys(tensors)) : new Map<string, string>();
  const found = new Map(
    Object.entries(tensors).map(([name, tensor]) => [names.get(name) ?? name, { name, tensor }] as const),
  );
  const state: Record<string, Float32Array> = {};
  const skipped: { name: string; why: string }[] = [];
  const resized: { name: string; from: string; to: string }[] = [];
  const missing: string[] = [];
  for (const spec of stateOf(model)) {
    const there = found.get(spec.name);
    found.delete(spec.name);
    const why = there === undefined ? null : whyAnew(spec, there.tensor, model);
    if (there === undefined || why !== null) {
      if (there === undefined && !mayBeMissing(spec, model)) throw lacking(spec, { file, model, tensors });
      if (there !== undefined && why !== null) skipped.push({ name: there.name, why });
      missing.push(spec.name);
      continue;
    }
    const grids = kind === 'vit' ? otherGrid(spec, there.tensor, model) : null;
    if (grids !== null) {
      const values = floatsOf(spec, there, { file });
      state[spec.name] = resizedPositions(values, { ...grids, width: spec.shape[2] ?? 0 });
      resized.push({ name: there.name, from: grids.from.join('×'), to: grids.to.join('×') });
      continue;
    }
    checkShape(spec, there, { file });
    state[spec.name] = floatsOf(spec, there, { file });
  }
  for (const { name } of found.values()) {
    skipped.push({ name, why: name.startsWith('optimizer.') ? 'of its training' : 'not part of this network' });
  }
  const loaded = Object.keys(state).length;
  return { state, report: { file: basename(file), loaded, skipped, resized, missing } };
}

/** A head for another number of classes is no mistake: a new one is trained. */
function whyAnew(
  { name, shape }: ParameterSpec,
  { shape: found }: StoredTensor,
  { head }: Pick<Model, 'head'>,
): string | null {
  const [classes] = shape;
  const [others] = found;
  const sameInputs = shape.slice(1).join() === found.slice(1).join();
  if (!head.includes(name) || others === classes || !sameInputs) return null;
  return `for ${others ?? 0} classes; there are ${classes ?? 0}`;
}

/** The grids of patches of positions that were learned on pictures of another size; null where there is nothing to resize. */
function otherGrid(
  { name, shape: [, wanted, width] }: ParameterSpec,
  { shape }: StoredTensor,
  { seen, parameters }: Pick<Model, 'seen' | 'parameters'>,
): { from: Grid; to: Grid } | null {
  const [one, positions = 0, size] = shape;
  if (name !== 'pos_embed' || shape.length !== 3 || one !== 1 || size !== width || positions === wanted) return null;
  const [, , patchHeight, patchWidth] = parameters.find((each) => each.name === patchWeight)?.shape ?? [];
  const from = squareGrid(positions);
  if (from === null || patchHeight === undefined || patchWidth === undefined) return null;
  return { from, to: [seen.height / patchHeight, seen.width / patchWidth] };
}

const patchWeight = 'patch_embed.proj.weight';

/** Files of PyTorch before 0.4.1 have no counters; nothing is computed from them. */
function mayBeMissing(spec: ParameterSpec | BufferSpec, { head }: Pick<Model, 'head'>): boolean {
  return head.includes(spec.name) || ('integer' in spec && spec.integer);
}

function checkShape(
  { name, shape }: ParameterSpec,
  { name: inFile, tensor }: { name: string; tensor: StoredTensor },
  { file }: { file: string },
): void {
  if (tensor.shape.join() === shape.join()) return;
  const called = inFile === name ? '' : ` (\`${name}\` here)`;
  throw new ProblemError({
    code: 'weights-shape',
    message: `The tensor \`${inFile}\`${called} has the shape [${tensor.shape.join(', ')}] in the file, and the network wants [${shape.join(', ')}].`,
    mend: 'Use the weights of this network: the same kind, depth or variant, channels and size of pictures.',
    place: { file },
  });
}

function floatsOf(
  spec: ParameterSpec | BufferSpec,
  { name, tensor }: { name: string; tensor: StoredTensor },
  { file }: { file: string },
): Float32Array {
  switch (tensor.dtype) {
    case 'F32':
      return tensor.data;
    case 'F64':
      return Float32Array.from(tensor.data);
    case 'F16':
      return floatsOfHalf(tensor.data);
    case 'BF16':
      return floatsOfBfloat(tensor.data);
    case 'I64':
      if ('integer' in spec && spec.integer) return Float32Array.from(tensor.data, Number);
      break;
    case 'I32':
    case 'U8':
    case 'BOOL':
      break;
  }
  throw new ProblemError({
    code: 'weights-type',
    message: `The tensor \`${name}\` has elements of type ${tensor.dtype}, which are no weights.`,
    mend: 'Use weights of F32, F16, BF16 or F64: quantized ones must be converted first.',
    place: { file },
  });
}

/** What torch.save writes: a zip archive, or before PyTorch 1.6 a bare pickle. */
function isPickle([a, b, c, d]: Uint8Array): boolean {
  const zip = a === 0x50 && b === 0x4b && c === 3 && d === 4;
  return zip || (a === 0x80 && b === 2 && c === 0x8a);
}

const pickled = (file: string): ProblemError =>
  new ProblemError({
    code: 'weights-pickle',
    message:
      'This is a file of `torch.save`, a pickle, and no safetensors file. Pickles can run any program and are not read.',
    mend: 'Write its state dict as safetensors, in Python: `from safetensors.torch import save_file; save_file(torch.load(FILE, map_location="cpu"), "weights.safetensors")`.',
    place: { file },
  });

const changed = (file: string): ProblemError =>
  new ProblemError({
    code: 'weights-changed',
    message: 'The file is not the one that the run was planned with: its contents have changed.',
    mend: 'Put the file back as it was, or run the experiment again: it plans a new run.',
    place: { file },
  });

function lacking(
  { name }: ParameterSpec,
  {
    file,
    model,
    tensors,
  }: {
    file: string;
    model: Pick<Model, 'parameters' | 'buffers' | 'head'>;
    tensors: Readonly<Record<string, unknown>>;
  },
): ProblemError {
  const there = Object.keys(tensors);
  const onlyHead = there.some((each) => model.head.includes(each)) && there.length <= 3 * model.head.length;
  const some = there.slice(0, 5).map((each) => `\`${each}\``);
  return new ProblemError({
    code: 'weights-missing',
    message: `The file has no tensor \`${name}\`. It has ${there.length}: ${some.join(', ')}${there.length > 5 ? ' …' : ''}.`,
    mend: onlyHead
      ? 'This is a head alone. Export the whole network of the run: `distillery export RUN --format safetensors`.'
      : 'Use weights of this kind of network, under the names of timm, torchvision or Distillery.',
    place: { file },
  });
}
