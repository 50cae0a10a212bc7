import { ProblemError, problemOf } from '../core/problem.js';
import { modelSchema, trainSchema } from '../core/spec/spec.js';
import type { Engine, Values } from './engines/engine.js';
import { tensorflowEngine } from './engines/tensorflow.js';
import { createModel } from './models/create.js';
import { initialState } from './models/initialize.js';
import { createOptimizer } from './training/optimizer.js';
import { trainProgram } from './training/programs.js';

/**
 * Tries an installation of TensorFlow, by a real training step:
 *   node tensorflowCheck.js <folder>
 * Writes to stdout what runs there, `{ "name": "tensorflow/gpu", "device": "…" }`; what goes wrong as a problem in JSON,
 * with exit code 2.
 */
async function main([folder = '']: readonly string[]): Promise<number> {
  try {
    const engine = await tensorflowEngine([{ name: 'the folder', folder, above: false, isTrusted: true }], {
      note: (text) => console.error(text),
    });
    await trainOnce(engine);
    console.log(JSON.stringify({ name: engine.name, device: engine.device }));
    return 0;
  } catch (error) {
    console.log(JSON.stringify(problemOf(error)));
    return 2;
  }
}

const picture = { height: 8, width: 8, channels: 1, classes: 3 };
const batchSize = 4;

/** A step of a small convnet: products, convolutions, pooling and all of their gradients, so cuBLAS and cuDNN too. */
async function trainOnce(engine: Engine): Promise<void> {
  const model = createModel(modelSchema.parse({ kind: 'convnet', channels: [4], hidden: [5] }), picture);
  const optimizer = createOptimizer(trainSchema.parse({}).optimizer, { maxNorm: null });
  const program = trainProgram({ model, optimizer, distillation: null, batchSize, picture });
  const state = initialState(model, 0);
  const initial = [...model.parameters, ...optimizer.slots(model.parameters)].map(({ name, shape }) => {
    const values = state[name] ?? new Float32Array(sizeOf(shape));
    return [name, { shape, values }] as const;
  });
  const variables = await engine.variables(Object.fromEntries(initial));
  const scalars = optimizer.scalars({ step: 1, learningRate: 0.1 });
  const inputs = Object.entries(program.inputs).map(([name, { shape, dtype }]): [string, Values] => {
    const scalar = scalars[name];
    if (scalar !== undefined) return [name, Float32Array.of(scalar)];
    if (dtype === 'int32') return [name, new Int32Array(sizeOf(shape))];
    return [name, Uint8Array.from({ length: sizeOf(shape) }, (_, index) => (index * 37) % 256)];
  });
  const { loss } = await (await engine.compile(program, variables)).run(Object.fromEntries(inputs));
  if (loss === undefined || !loss.every(Number.isFinite)) {
    throw new ProblemError({
      code: 'engine-miscalculates',
      message: `TensorFlow loads and computes nonsense: the loss of a first step is ${String(loss?.[0])}.`,
      fix: 'Update the driver of the graphics card, or install the engine for the CPU.',
    });
  }
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

process.exitCode = await main(process.argv.slice(2));
