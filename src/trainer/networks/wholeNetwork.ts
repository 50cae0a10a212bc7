import type { RunFolder } from '../../run/folder.js';
import { refusedNetwork } from '../../run/checkpoint/generations.js';
import type { RunRecord } from '../../run/record.js';
import { readCheckpoint } from '../training/checkpoint.js';
import { createModel } from '../models/create.js';
import { stateOf, type Model } from '../models/model.js';
import type { LabelledPictures } from '../data/dataset.js';
import { startingNetwork } from '../training/startingNetwork.js';
import { notFinite, notFiniteIn } from '../weights/finite.js';
import { headModel } from './head.js';

/** A network with the values of its parameters and buffers, by name and in their layout. */
export interface WholeNetwork {
  readonly model: Model;
  readonly state: Readonly<Record<string, Float32Array>>;
}

/**
 * The network of a run as it is after its last checkpoint, whatever of it was trained.
 * @returns null for an ONNX file, of which only a head can be known
 * @throws ProblemError where there is no checkpoint, or what is wrong with it or with the weights it began from
 */
export async function wholeNetwork(
  folder: RunFolder,
  record: Pick<RunRecord, 'spec' | 'specHash' | 'continuedFrom'>,
  data: LabelledPictures,
): Promise<WholeNetwork | null> {
  const { spec } = record;
  if (spec.model.kind === 'onnx') return null;
  const { picture } = data;
  if (spec.trainable === 'all') {
    const model = createModel(spec.model, picture);
    return { model, state: await trainedState(folder, record, model) };
  }
  const { model, state } = await startingNetwork(spec, data);
  if (spec.trainable === 'none') return { model, state };
  const head = headModel(spec.model, { picture, featureCount: model.featureCount });
  return { model, state: { ...state, ...(await trainedState(folder, record, head)) } };
}

/**
 * The values of a model's tensors in a run's checkpoint.
 * @throws ProblemError `network-damaged`, `weights-not-finite`, or as {@link readCheckpoint}
 */
export async function trainedState(
  folder: RunFolder,
  record: Pick<RunRecord, 'specHash' | 'continuedFrom'>,
  model: Pick<Model, 'parameters' | 'buffers'>,
): Promise<WholeNetwork['state']> {
  const shapes = Object.fromEntries(stateOf(model).map(({ name, shape }) => [name, shape]));
  const { checkpoint } = folder;
  const { tensors } = await readCheckpoint(checkpoint, { record, shapes }).catch((error: unknown) => {
    throw refusedNetwork(error, folder);
  });
  const damaged = Object.entries(tensors)
    .map(([name, values]) => notFiniteIn(name, values))
    .filter((each) => each !== null);
  if (damaged.length === 0) return tensors;
  const fix = 'Run the experiment again with a smaller learning rate where the training diverged, or with --force.';
  throw notFinite(damaged, { file: checkpoint, fix });
}
