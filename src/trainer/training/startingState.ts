import type { RunSpec } from '../../core/spec/spec.js';
import type { WeightsReport } from '../../run/entry.js';
import { initialState } from '../models/initialize.js';
import type { Model } from '../models/model.js';
import { readWeights } from '../weights/readWeights.js';

/** The values that a network begins with, and what came of the file they are from. */
export interface StartingState {
  readonly state: Readonly<Record<string, Float32Array>>;
  /** Null without a file of weights. */
  readonly report: WeightsReport | null;
}

/**
 * What a network is before anything is learned: from its file of weights, and by its seed where that says nothing.
 * Always the same for a spec: what is frozen need not be kept anywhere else.
 * @throws ProblemError what is wrong with the weights
 */
export async function startingState(
  { model: { kind }, weights, seed }: Pick<RunSpec, 'model' | 'weights' | 'seed'>,
  model: Model,
): Promise<StartingState> {
  if (weights === null) return { state: initialState(model, seed), report: null };
  const { state, report } = await readWeights(model, { weights, kind });
  const missing = new Set(report.missing);
  const anew = {
    parameters: model.parameters.filter(({ name }) => missing.has(name)),
    buffers: model.buffers.filter(({ name }) => missing.has(name)),
  };
  return { state: { ...initialState(anew, seed), ...state }, report };
}
