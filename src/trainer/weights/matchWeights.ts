import type { ModelSpec } from '../../core/spec/spec.js';
import type { WeightsReport } from '../../run/log/entry.js';
import type { WeightsTensor } from '../../data/weights/weightsFile.js';
import { stateOf, type BufferSpec, type Model, type ParameterSpec } from '../models/model.js';
import { isAverage, isOtherHead, ofTraining } from './leftOut.js';
import { findNames, meantIn, type FoundNames } from './namesOf.js';
import { squareGrid, type Grid } from './positions.js';
import { unfitWeights, type Misfit } from './unfitWeights.js';

export type Network = Pick<Model, 'parameters' | 'buffers' | 'head' | 'seen'>;
type TensorSpec = ParameterSpec | BufferSpec;

/** Where a tensor of a network has its values from. */
export interface WeightsSource {
  readonly spec: TensorSpec;
  /** Of the file, one after the other along the first axis. */
  readonly parts: readonly WeightsTensor[];
  /** Positions are resized from one grid of patches to another; null for all else. */
  readonly grids: { readonly from: Grid; readonly to: Grid } | null;
}

export interface MatchedWeights {
  readonly sources: readonly WeightsSource[];
  /** Of the network's head, for as many classes as the file has. */
  readonly head: readonly { readonly source: WeightsSource; readonly shape: readonly number[] }[];
  readonly report: Omit<WeightsReport, 'file'>;
}

/**
 * Which tensors of a file a network begins from, by names, types and shapes alone. A head for another number of classes
 * is left out; positions of another square grid are resized; counters may be missing. What training keeps beside the
 * weights and heads that the network does not have are left out; anything else must fit, and be used.
 * @throws ProblemError `weights-missing`, `weights-shape`, `weights-type`, `weights-left-over`, `weights-several`
 */
export function matchWeights(
  tensors: readonly WeightsTensor[],
  { network, kind, file }: { network: Network; kind: ModelSpec['kind']; file: string },
): MatchedWeights {
  const wanted = new Set(stateOf(network).map(({ name }) => name));
  const weights = tensors.filter(({ name }) => ofTraining(name) === null || wanted.has(name) || isCounter(name));
  const plain = weights.filter(({ name }) => !isAverage(name));
  // A file of averaged weights alone is meant to be used.
  const named = findNames(plain, { kind, wanted }) ?? findNames(weights, { kind, wanted });
  const given = assigned(weights, named, network);
  const sources: WeightsSource[] = [];
  const head: { source: WeightsSource; shape: readonly number[] }[] = [];
  const skipped: { name: string; why: string }[] = [];
  const missing: string[] = [];
  const misfits: Misfit[] = [];
  for (const spec of stateOf(network)) {
    const found = given.get(spec.name);
    if (found === undefined) {
      missing.push(spec.name);
      if (!mayBeMissing(spec, network)) misfits.push({ kind: 'missing', spec });
      continue;
    }
    const incomplete = found.parts.findIndex((part) => part === undefined);
    const parts = found.parts.filter((part) => part !== undefined);
    const shape = joinedShape(parts);
    const why = whyAnew(spec, shape, network);
    if (network.head.includes(spec.name) && incomplete === -1 && parts.every((part) => hasWeights(spec, part)))
      head.push({ source: { spec, parts, grids: null }, shape });
    const grids = kind === 'vit' ? otherGrid(spec, shape, network) : null;
    if (why !== null) {
      skipped.push(...parts.map(({ name }) => ({ name, why })));
      missing.push(spec.name);
    } else if (incomplete !== -1 || (grids === null && shape.join() !== spec.shape.join())) {
      misfits.push({ kind: 'shape', spec, parts, shape });
    } else if (!parts.every((part) => hasWeights(spec, part))) {
      misfits.push({ kind: 'type', spec, parts });
    } else {
      sources.push({ spec, parts, grids });
    }
  }
  const anew = network.head.some((name) => missing.includes(name));
  const used = new Set([...given.values()].flatMap(({ parts }) => parts));
  for (const tensor of tensors) {
    if (used.has(tensor)) continue;
    const why = whyLeftOut(tensor, { named, anew });
    if (why === null) misfits.push({ kind: 'left over', tensor });
    else skipped.push({ name: tensor.name, why });
  }
  if (misfits.length > 0 || (named !== null && named.rivals.length > 0)) {
    throw unfitWeights(misfits, { file, network, tensors, named });
  }
  return {
    sources,
    head,
    report: {
      loaded: sources.length,
      skipped,
      resized: sources.flatMap(({ parts: [part], grids }) =>
        grids === null || part === undefined
          ? []
          : [{ name: part.name, from: grids.from.join('×'), to: grids.to.join('×') }],
      ),
      missing,
      prefix: named?.prefix ?? '',
      naming: named?.naming.of ?? null,
    },
  };
}

const isCounter = (name: string): boolean => name.endsWith('num_batches_tracked');

/** Parts of a tensor of the network, in their order; undefined where the file has others of them, and not this one. */
type Given = ReadonlyMap<string, { readonly parts: readonly (WeightsTensor | undefined)[] }>;

/** Tensors of a file by the names of those of the network that they stand for. */
function assigned(tensors: readonly WeightsTensor[], named: FoundNames | null, { head, ...network }: Network): Given {
  const wanted = new Set(stateOf(network).map(({ name }) => name));
  const given = new Map<string, { parts: (WeightsTensor | undefined)[] }>();
  if (named === null) return given;
  for (const tensor of tensors) {
    const meant = meantIn(named, tensor.name, { head });
    if (meant === null || !wanted.has(meant.name)) continue;
    const { name, part, parts, outside } = meant;
    const found = given.get(name) ?? { parts: Array.from({ length: parts }, () => undefined) };
    // What stands behind the prefix goes before what stands outside.
    if (!outside || found.parts[part] === undefined) found.parts[part] = tensor;
    given.set(name, found);
  }
  return given;
}

/** The shape of parts that lie one after the other along the first axis; that of the first where they do not fit. */
function joinedShape(parts: readonly WeightsTensor[]): readonly number[] {
  const [first, ...rest] = parts.map(({ shape }) => shape);
  if (first === undefined || rest.length === 0) return first ?? [];
  const across = first.slice(1).join();
  if (rest.some((shape) => shape.slice(1).join() !== across)) return first;
  return [parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0), ...first.slice(1)];
}

/** A head for another number of classes is no mistake: a new one is trained. */
function whyAnew(
  { name, shape }: TensorSpec,
  found: readonly number[],
  { head }: Pick<Network, 'head'>,
): string | null {
  const [classes] = shape;
  const [others] = found;
  const sameInputs = shape.slice(1).join() === found.slice(1).join();
  if (!head.includes(name) || others === classes || !sameInputs) return null;
  return `for ${others ?? 0} classes; there are ${classes ?? 0}`;
}

const patchWeight = 'patch_embed.proj.weight';

/** The grids of patches of positions that were learned on pictures of another size; null where there is nothing to resize. */
function otherGrid(
  { name, shape: [, wanted, width] }: TensorSpec,
  shape: readonly number[],
  { seen, parameters }: Pick<Network, 'seen' | 'parameters'>,
): { from: Grid; to: Grid } | null {
  const [one, positions = 0, size] = shape;
  if (name !== 'pos_embed' || shape.length !== 3 || one !== 1 || size !== width || positions === wanted) return null;
  const [, , patchHeight, patchWidth] = parameters.find((each) => each.name === patchWeight)?.shape ?? [];
  const from = squareGrid(positions);
  if (from === null || patchHeight === undefined || patchWidth === undefined) return null;
  return { from, to: [seen.height / patchHeight, seen.width / patchWidth] };
}

/** Files of PyTorch before 0.4.1 have no counters; nothing is computed from them. */
const mayBeMissing = (spec: TensorSpec, { head }: Pick<Network, 'head'>): boolean =>
  head.includes(spec.name) || isInteger(spec);

const isInteger = (spec: TensorSpec): boolean => 'integer' in spec && spec.integer;

function hasWeights(spec: TensorSpec, { dtype }: WeightsTensor): boolean {
  switch (dtype) {
    case 'F64':
    case 'F32':
    case 'F16':
    case 'BF16':
      return true;
    case 'I64':
      return isInteger(spec);
    case 'I32':
    case 'U8':
    case 'BOOL':
      return false;
  }
}

/** Why a tensor that stands for none of the network's may be left out; null where it may not. */
function whyLeftOut(
  { name }: WeightsTensor,
  { named, anew }: { named: FoundNames | null; anew: boolean },
): string | null {
  const inTraining = ofTraining(name);
  if (inTraining !== null) return inTraining;
  if (isAverage(name)) return 'an averaged copy';
  const outer = named?.prefix.split('.').slice(0, -1) ?? [];
  const parts = name.split('.');
  const shared = outer.findIndex((part, index) => parts[index] !== part);
  const behind = parts.slice(shared === -1 ? outer.length : shared).join('.');
  return isOtherHead(behind, { anew }) ? 'another head' : null;
}
