import { trainSchema, type ModelSpec } from '../../../src/core/spec/spec.js';
import type { NamedValues, Program } from '../../../src/trainer/engines/engine.js';
import { createModel } from '../../../src/trainer/models/create.js';
import { stateOf, type Model, type ParameterSpec } from '../../../src/trainer/models/model.js';
import { epochUpdate } from '../../../src/trainer/training/zeroGradientUpdate.js';
import { heldAtStart, trimmedFor, WholeTensors } from '../../../src/trainer/training/heldTensors.js';
import { createOptimizer } from '../../../src/trainer/training/optimizer.js';
import { trainProgram } from '../../../src/trainer/training/programs.js';
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
 * The same training for an engine, as the trainer does it, with weights, pictures and labels by formula.
 * @param skip how many pictures are left out before the first
 * @returns also what makes the tensors that the engine holds whole after the last step
 */
export function formulaTraining(
  { spec, side, batch, optimizer: settings, losses }: RecordedTraining,
  { skip = 0 }: { skip?: number } = {},
): {
  program: Program;
  run: { initial: Initial; calls: readonly NamedValues[] };
  whole: (held: NamedFloats) => NamedFloats;
} {
  const picture = pictureOf(side);
  const steps = losses.length;
  const train = trainSchema.parse({ epochs: 1, optimizer: { kind: 'sgd', ...settings } });
  const network = createModel(spec, picture);
  const model = trimmedFor(train.optimizer, network);
  const optimizer = createOptimizer(train.optimizer, { maxNorm: null });
  const program = trainProgram({ model, optimizer, distillation: null, batchSize: batch, picture });
  const pixels = side * side * 3;
  const images = pictureBytes([skip + steps * batch, side, side, 3]).subarray(skip * pixels);
  const calls = losses.map((_, step) => ({
    images: images.slice(step * batch * pixels, (step + 1) * batch * pixels),
    labels: Int32Array.from({ length: batch }, (_, index) => (index * 3) % classes),
    ...Object.fromEntries(
      Object.entries(optimizer.scalars({ step: step + 1, learningRate: settings.learningRate })).map(
        ([name, value]) => [name, Float32Array.of(value)],
      ),
    ),
  }));
  const specs = [...stateOf(model), ...optimizer.slots(model.parameters)];
  const start = stateByFormula(stateOf(network));
  const tensors = new WholeTensors(specs, start, epochUpdate(train, steps), 0);
  return { program, run: { initial: heldAtStart(specs, start), calls }, whole: (held) => tensors.of(held, 1) };
}

type NamedFloats = Readonly<Record<string, Float32Array>>;

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
