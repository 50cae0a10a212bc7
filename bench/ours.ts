import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { trainSchema } from '../src/core/spec/spec.js';
import { createBatches } from '../src/trainer/data/batches.js';
import { candidates } from '../src/machine/candidates.js';
import { findCards } from '../src/machine/cards.js';
import { createEngine } from '../src/trainer/engines/create.js';
import { EagerEngine } from '../src/trainer/engines/eagerEngine.js';
import type { Engine } from '../src/trainer/engines/engine.js';
import { softwareDriver } from '../src/trainer/engines/softwareDriver.js';
import { ProblemError } from '../src/core/problem.js';
import { OnnxEngine } from '../src/trainer/engines/onnx/onnxEngine.js';
import { Feed } from '../src/trainer/training/feed.js';
import { heldAtStart, trimmedFor } from '../src/trainer/training/heldTensors.js';
import { createModel } from '../src/trainer/models/create.js';
import { stateOf } from '../src/trainer/models/model.js';
import { initialState } from '../src/trainer/models/initialize.js';
import { createOptimizer } from '../src/trainer/training/optimizer.js';
import { trainProgram } from '../src/trainer/training/programs.js';
import type { BenchCase } from './cases.js';
import type { Contender, Prepared } from './contender.js';

const classes = 10;
const seed = 0;
/** Enough that batches come from memory and not from the cache. */
const mostExamples = 8192;
/** Of large pictures there are fewer. */
const mostBytes = 2 ** 28;
/** Steps in one call, as the trainer makes them where a step takes about ten milliseconds. */
const most = 10;

/**
 * The engine that Distillery trains with.
 * @param threads null for as many as it takes by itself
 */
export function tracedContender(threads: number | null): Contender {
  const engine = new OnnxEngine(threads === null ? {} : { threads });
  return contender({ name: 'Distillery', description: engine.device, stepsPerRound: 30 }, engine);
}

/**
 * The other engines that are here, each on its device. A driver that computes on the CPU is one, where it is named; it
 * makes two steps a round, and none of the large cases.
 * @param absent hears of engines that are not here, and why
 */
export async function engineContenders(absent: (engine: string, why: string) => void): Promise<Contender[]> {
  const cards = (await findCards()).map(({ name }) => name);
  const contenders: Contender[] = [];
  for (const candidate of await candidates(await findCards())) {
    if (candidate.engine === 'onnx/cpu') continue;
    if (candidate.possible) contenders.push(await engineContender(await createEngine(candidate.engine, { cards })));
    else absent(candidate.engine, candidate.problem.message);
  }
  try {
    contenders.push(await engineContender(await createEngine('tensorflow')));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    absent('tensorflow', error.problem.message);
  }
  return contenders;
}

async function engineContender(engine: Engine): Promise<Contender> {
  // Which driver there is shows once it is used.
  (await engine.variables({})).dispose();
  const software = engine.name === 'onnx/webgpu' ? await softwareDriver() : null;
  const about = { name: engine.name, description: software ?? engine.device };
  if (software === null) return contender({ ...about, stepsPerRound: 10 }, engine);
  const reason = 'takes minutes for a step: its driver computes on the CPU';
  return butLarge(contender({ ...about, stepsPerRound: 2 }, engine), reason);
}

/** Leaves the large cases out. */
const butLarge = (all: Contender, reason: string): Contender => ({
  ...all,
  prepare: (benchCase) => (benchCase.isLarge ? Promise.resolve({ kind: 'cannot', reason }) : all.prepare(benchCase)),
});

/** The same program, operation by operation on the backend tfjs has for WebAssembly, with SIMD where there is it. */
export async function wasmContender(): Promise<Contender> {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'));
  setWasmPaths(`${folder}/`);
  // The package was made for CommonJS, and ours is a bundle of ES modules.
  Object.assign(globalThis, { __dirname: folder });
  await tf.setBackend('wasm');
  const [simd, threads] = await Promise.all([
    tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'),
    tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT'),
  ]);
  const description = `tfjs ${tf.version_core}, ${simd === true ? 'SIMD' : 'no SIMD'}, ${threads === true ? 'threads' : 'one thread: tfjs has no more in Node'}`;
  const all = contender(
    { name: 'tfjs wasm', description, stepsPerRound: 2 },
    new EagerEngine('tfjs/wasm', description),
  );
  return butLarge(all, 'takes minutes for a step, or more memory than WebAssembly has');
}

function contender(about: Pick<Contender, 'name' | 'description' | 'stepsPerRound'>, engine: Engine): Contender {
  return {
    ...about,
    prepare: async (benchCase) => {
      const trainer = await trainerOf(benchCase, engine);
      try {
        await trainer.steps(3);
        return trainer;
      } catch (error) {
        await trainer.dispose();
        const reason = error instanceof Error ? /Kernel '\w+' not registered/.exec(error.message)?.[0] : undefined;
        if (reason === undefined) throw error;
        return { kind: 'cannot', reason };
      }
    },
    close: () => engine.dispose(),
  };
}

/** A whole step as the trainer makes it: the batch is gathered, masks are drawn, the loss is read. */
async function trainerOf(
  { model: modelSpec, optimizer: optimizerSpec, batchSize, picture: { side, channels } }: BenchCase,
  engine: Engine,
): Promise<Extract<Prepared, { kind: 'ready' }>> {
  const picture = { height: side, width: side, channels, classes };
  const whole = createModel(modelSpec, picture);
  const model = trimmedFor(optimizerSpec, whole);
  const optimizer = createOptimizer(optimizerSpec, { maxNorm: null });
  const train = trainSchema.parse({ batchSize, optimizer: optimizerSpec });
  const pictureSize = side * side * channels;
  const examples = Math.min(mostExamples, Math.floor(mostBytes / pictureSize));
  const split = {
    images: Uint8Array.from({ length: examples * pictureSize }, (_, index) => Math.imul(index, 2654435761) >>> 24),
    labels: Int32Array.from({ length: examples }, (_, index) => index % classes),
  };
  const batches = createBatches({ ...picture, train: split }, { seed, train });
  const feed = new Feed(seed, train, batches, optimizer, {
    dropouts: model.dropouts,
    distill: null,
    pictures: true,
    rows: [],
    pictureSize,
    most,
  });
  const tensors = [...stateOf(model), ...optimizer.slots(model.parameters)];
  const variables = await engine.variables(heldAtStart(tensors, initialState(whole, seed)));
  const compiled = await engine.compileSteps(
    trainProgram({ model, optimizer, distillation: null, batchSize, picture }),
    variables,
    most,
  );
  let step = 0;
  return {
    kind: 'ready',
    steps: async (count) => {
      const times: number[] = [];
      while (times.length < count) {
        const start = performance.now();
        const together = Math.min(most, count - times.length);
        await feed.fill(step + 1, together);
        const { loss } = await compiled.run(feed.values, together);
        step += together;
        if (!loss?.every(Number.isFinite)) throw new Error(`a loss before step ${step} is not finite`);
        const time = (performance.now() - start) / together;
        for (let i = 0; i < together; i++) times.push(time);
      }
      return times;
    },
    dispose: async () => {
      await compiled.dispose();
      variables.dispose();
    },
  };
}
