import type { ModelSpec } from '../../../src/core/spec.js';
import type { NamedValues, Program } from '../../../src/trainer/engines/engine.js';
import { createModel } from '../../../src/trainer/models/create.js';
import { stateOf, type Model, type ParameterSpec } from '../../../src/trainer/models/model.js';
import { createOptimizer } from '../../../src/trainer/optimizer.js';
import { trainProgram } from '../../../src/trainer/programs.js';
import type { Initial } from '../engines/sideBySide.js';
import { pictureBytes, stateByFormula } from './formula.js';

const classes = 10;
export const pictureOf = (side: number) => ({ height: side, width: side, channels: 3, classes });

/** Steps of SGD that a recording script made in PyTorch, in float64. */
export interface RecordedTraining {
  readonly spec: ModelSpec;
  readonly side: number;
  readonly batch: number;
  readonly optimizer: { readonly learningRate: number; readonly momentum: number; readonly weightDecay: number };
  readonly losses: readonly number[];
}

/**
 * The same training for an engine, with weights, pictures and labels by formula.
 * @param firstStep of how many steps the pictures are left out before the first
 */
export function formulaTraining(
  { spec, side, batch, optimizer: settings, losses }: RecordedTraining,
  { firstStep = 0 }: { firstStep?: number } = {},
): { program: Program; run: { initial: Initial; calls: readonly NamedValues[] } } {
  const picture = pictureOf(side);
  const model = createModel(spec, picture);
  const optimizer = createOptimizer({ kind: 'sgd', nesterov: false, ...settings }, { maxNorm: null });
  const program = trainProgram({ model, optimizer, distillation: null, batchSize: batch, picture });
  const size = batch * side * side * 3;
  const images = pictureBytes([(firstStep + losses.length) * batch, side, side, 3]).subarray(firstStep * size);
  const calls = losses.map((_, step) => ({
    images: images.slice(step * size, (step + 1) * size),
    labels: Int32Array.from({ length: batch }, (_, index) => (index * 3) % classes),
    ...Object.fromEntries(
      Object.entries(optimizer.scalars({ step: step + 1, learningRate: settings.learningRate })).map(
        ([name, value]) => [name, Float32Array.of(value)],
      ),
    ),
  }));
  return { program, run: { initial: formulaState(model, optimizer.slots(model.parameters)), calls } };
}

/** The model's tensors by formula, and the optimizer's, which are 0. */
export function formulaState(model: Model, slots: readonly Pick<ParameterSpec, 'name' | 'shape'>[]): Initial {
  const state = stateByFormula(stateOf(model));
  return Object.fromEntries(
    [...stateOf(model), ...slots].map(({ name, shape }) => [
      name,
      { shape, values: state[name] ?? new Float32Array(shape.reduce((product, size) => product * size, 1)) },
    ]),
  );
}
