import { modelSchema, type DistillSpec, type ModelSpec, type OptimizerSpec } from '../../../src/core/spec/spec.js';
import type { NamedValues, Program, TensorSpec, Values } from '../../../src/trainer/engines/engine.js';
import { distillMomentAt, momentInputs } from '../../../src/trainer/distillation/distillSchedule.js';
import { createModel } from '../../../src/trainer/models/create.js';
import { initialState } from '../../../src/trainer/models/initialize.js';
import { stateOf, type Model, type PictureShape } from '../../../src/trainer/models/model.js';
import { createOptimizer } from '../../../src/trainer/training/optimizer.js';
import { teacherVariable, trainProgram, type Distillation } from '../../../src/trainer/training/programs.js';
import { numbers, type Initial } from '../engines/sideBySide.js';

/** What a whole training step is made of. */
export interface StepCase {
  /** The network for pictures of a shape, or what it is built by. */
  readonly model: ModelSpec | ((picture: PictureShape) => Model);
  readonly optimizer: OptimizerSpec;
  readonly maxNorm: number | null;
  /** Null for hard labels alone. */
  readonly distill: {
    readonly spec: DistillSpec;
    readonly source: 'stored' | 'live';
    readonly teachers: number;
  } | null;
  readonly batchSize: number;
  readonly picture: PictureShape;
  readonly learningRate: number;
}

/** The training step of a case, its variables before the first step, and what each step is fed with. */
export function stepCase(
  { model: network, optimizer: optimizerSpec, maxNorm, distill, batchSize, picture, learningRate }: StepCase,
  { seed, steps }: { seed: number; steps: number },
): { program: Program; run: { initial: Initial; calls: readonly NamedValues[] } } {
  const model = typeof network === 'function' ? network(picture) : createModel(network, picture);
  const optimizer = createOptimizer(optimizerSpec, { maxNorm });
  const teachers = Array.from({ length: distill?.teachers ?? 0 }, () => teacherModel(picture));
  const distillation: Distillation | null =
    distill === null
      ? null
      : {
          spec: distill.spec,
          teachers:
            distill.source === 'live' ? { kind: 'live', models: teachers } : { kind: 'stored', count: teachers.length },
        };
  const program = trainProgram({ model, optimizer, distillation, batchSize, picture });
  const initial: Record<string, Initial[string]> = parametersOf(model, { seed, scale: 1 });
  for (const { name, shape } of optimizer.slots(model.parameters)) {
    initial[name] = { shape, values: new Float32Array(sizeOf(shape)) };
  }
  if (distill?.source === 'live') {
    teachers.forEach((teacher, index) => {
      for (const [name, parameter] of Object.entries(parametersOf(teacher, { seed: seed + 1 + index, scale: 4 }))) {
        initial[teacherVariable(index, name)] = parameter;
      }
    });
  }
  const random = numbers(seed);
  const calls = Array.from({ length: steps }, (_, index) => {
    const step = index + 1;
    const moment = distill === null ? null : distillMomentAt(distill.spec, { step, stepsPerEpoch: steps, epochs: 1 });
    const scalars: Record<string, number> = {
      ...optimizer.scalars({ step, learningRate }),
      ...(moment === null ? {} : { [momentInputs.temperature]: moment.temperature, [momentInputs.ramp]: moment.ramp }),
    };
    return Object.fromEntries(
      Object.entries(program.inputs).map(([name, spec]) => {
        const scalar = scalars[name];
        return [name, scalar === undefined ? drawn(name, spec, random, picture.classes) : Float32Array.of(scalar)];
      }),
    );
  });
  return { program, run: { initial, calls } };
}

const teacherModel = (picture: PictureShape): Model =>
  createModel(modelSchema.parse({ kind: 'mlp', hidden: [6], dropout: 0.5, inputDropout: 0.2 }), picture);

/** @param scale above 1 for a teacher that is sure of itself, as trained ones are: else there is little to learn */
function parametersOf(model: Model, { seed, scale }: { seed: number; scale: number }): Record<string, Initial[string]> {
  const values = initialState(model, seed);
  return Object.fromEntries(
    stateOf(model).map(({ name, shape }) => [
      name,
      { shape, values: Float32Array.from(values[name] ?? [], (value) => scale * value) },
    ]),
  );
}

/** Pixels, classes, coin flips, or logits a few units apart, as the input's name and type ask. */
function drawn(name: string, { shape, dtype }: TensorSpec, random: () => number, classes: number): Values {
  const size = sizeOf(shape);
  const uniform = (count: number): number => Math.floor((random() + 0.5) * count);
  switch (dtype) {
    case 'float32':
      return Float32Array.from({ length: size }, () => 8 * random());
    case 'int32':
      return Int32Array.from({ length: size }, () => uniform(classes));
    case 'uint8':
      return Uint8Array.from({ length: size }, () => uniform(name === 'images' ? 256 : 2));
  }
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
