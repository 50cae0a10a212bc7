import { dataIdentity } from '../datasets/datasets.js';
import type { InputSpec, ModelSpec, RunSpec, WeightsSpec } from './spec.js';

/**
 * What of a spec decides a result. Where files lie is none of it, once it is known what is in them: an experiment that
 * has moved, with its files, is the same experiment.
 */
export function specIdentity({ name, seed, data, model, weights, train, ...spec }: RunSpec): object {
  return {
    ...spec,
    data: dataIdentity(data),
    model: modelIdentity(model),
    weights: weights === null ? null : weightsIdentity(weights),
    // What is not trained depends neither on how, nor on numbers that nobody draws.
    ...(spec.trainable === 'none' ? {} : { seed, train }),
  };
}

/** What decides what a network is, apart from its weights where they are not part of it. */
export function modelIdentity(model: ModelSpec): object {
  const input = inputIdentity(model.input);
  if (model.kind !== 'onnx' || model.sha256 === undefined) return { ...model, input };
  const { file, ...rest } = model;
  return { ...rest, input };
}

/** What is written out and would be the same without it says nothing. */
function inputIdentity({ fit, order, range, fill, ...input }: InputSpec): object {
  const isBlack = fill?.every((value) => value === 0) ?? true;
  const isUnit = range === undefined || (range[0] === 0 && range[1] === 1);
  return {
    ...input,
    ...(fit === undefined || fit === 'stretch' ? {} : { fit }),
    ...(order === undefined || order === 'rgb' ? {} : { order }),
    ...(isUnit ? {} : { range }),
    ...(isBlack ? {} : { fill }),
  };
}

export function weightsIdentity({ file, sha256 }: WeightsSpec): object {
  return sha256 === undefined ? { file } : { sha256 };
}
