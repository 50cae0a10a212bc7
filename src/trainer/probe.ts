import { engineChoices, namedEngine, type EngineName } from '../core/spec/parts/engine.js';
import { problemOf, ProblemError } from '../core/problem.js';
import type { EngineReport } from '../machine/engineReport.js';
import { probeQuestionSchema, type ProbeQuestion } from '../machine/probe.js';
import { createEngine } from './engines/create.js';
import type { Engine, NamedValues, Program, Values } from './engines/engine.js';
import { onnxRuntime } from './engines/onnx/runtime/onnxRuntime.js';
import { softwareDriver } from './engines/softwareDriver.js';
import { createModel } from './models/create.js';
import { initialState } from './models/initialize.js';
import { stateOf } from './models/model.js';
import { createOptimizer } from './training/optimizer.js';
import { trainProgram } from './training/programs.js';

/**
 * Tries one engine in a process of its own: makes a few steps of training on invented pictures, and says as one line of
 * JSON on stdout what it ran on and how long a step took.
 *   node probe.js '{"engine": "onnx/webgpu", …}'
 */
async function main(question: string | undefined): Promise<void> {
  const asked = probeQuestionSchema.parse(JSON.parse(question ?? 'null'));
  const engine = engineIn(asked.engine);
  process.stdout.write(`${JSON.stringify(await report(engine, asked))}\n`);
}

async function report(name: EngineName, asked: ProbeQuestion): Promise<EngineReport> {
  try {
    const engine = await createEngine(name, { cards: asked.cards });
    const { program, initial, inputs } = inventedStep(asked.step);
    const variables = await engine.variables(initial);
    // A software driver is only shown to be there: it may take minutes for what a card does in seconds.
    const software = name === 'onnx/webgpu' && (await softwareDriver()) !== null;
    const milliseconds = software ? null : await stepTime(engine, { program, variables, inputs, budget: asked.budget });
    const device = (software ? await softwareDriver() : null) ?? engine.device;
    return { engine: name, found: true, device, version: await versionOf(name), software, milliseconds };
  } catch (error) {
    return { engine: name, found: false, problem: problemOf(error) };
  }
}

/** The median of as many calls as fit into the budget, after one to warm up: at least three, at most twenty. */
async function stepTime(
  engine: Engine,
  {
    program,
    variables,
    inputs,
    budget,
  }: {
    program: Program;
    variables: Awaited<ReturnType<Engine['variables']>>;
    inputs: NamedValues;
    budget: number;
  },
): Promise<number> {
  const compiled = await engine.compileSteps(program, variables, 1);
  await compiled.run(inputs, 1);
  const times: number[] = [];
  const begun = performance.now();
  while (times.length < 3 || (times.length < 20 && performance.now() - begun < budget)) {
    const start = performance.now();
    await compiled.run(inputs, 1);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? NaN;
}

/** The step as a run makes it, without a teacher, and something to feed it with. */
function inventedStep({ model: spec, optimizer: optimizerSpec, maxNorm, batchSize, picture }: ProbeQuestion['step']): {
  program: Program;
  initial: Parameters<Engine['variables']>[0];
  inputs: NamedValues;
} {
  const model = createModel(spec, picture);
  const optimizer = createOptimizer(optimizerSpec, { maxNorm });
  const program = trainProgram({ model, optimizer, distillation: null, batchSize, picture });
  const values = initialState(model, 0);
  const initial = Object.fromEntries(
    [...stateOf(model), ...optimizer.slots(model.parameters)].map(({ name, shape }) => [
      name,
      { shape, values: values[name] ?? new Float32Array(sizeOf(shape)) },
    ]),
  );
  const scalars = optimizer.scalars({ step: 1, learningRate: optimizerSpec.learningRate });
  const inputs = Object.fromEntries(
    Object.entries(program.inputs).map(([name, { shape, dtype }]): [string, Values] => {
      const size = sizeOf(shape);
      const scalar = scalars[name];
      if (scalar !== undefined) return [name, Float32Array.of(scalar)];
      if (dtype === 'uint8') return [name, Uint8Array.from({ length: size }, (_, index) => (index * 7919) % 251)];
      if (dtype === 'int32') return [name, Int32Array.from({ length: size }, (_, index) => index % picture.classes)];
      return [name, new Float32Array(size)];
    }),
  );
  return { program, initial, inputs };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

async function versionOf(name: EngineName): Promise<string> {
  if (name.startsWith('onnx/')) return `ONNX Runtime ${onnxRuntime().env.versions.node ?? ''}`.trim();
  const { version_core: version } = await import('@tensorflow/tfjs-core');
  return `TensorFlow.js ${version}`;
}

function engineIn(text: string): EngineName {
  const choice = engineChoices.find((each) => each === text);
  const name = choice === undefined ? null : namedEngine(choice);
  if (name === null) {
    throw new ProblemError({
      code: 'unknown-engine',
      message: `There is no engine \`${text}\`.`,
      fix: 'Name an engine.',
    });
  }
  return name;
}

await main(process.argv[2]);
// Threads of a driver may keep the process alive, or end it badly where they are torn down.
process.exit(0);
