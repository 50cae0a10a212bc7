import { cpus } from 'node:os';
import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Compiled, CompiledSteps, Engine, NamedValues, Program, Values, Variables } from '../engine.js';
import { channelBlock } from './channelBlock.js';
import { countInput, encodeLoop, encodeModel, initialInput, stackedInput } from './encode.js';
import { fuse } from './fuse.js';
import type { Value } from './graph.js';
import { batchInput, trace, variableInput } from './trace.js';

/** Names of graph outputs, apart from those of its inputs. */
const updateOutput = (name: string): string => `update:${name}`;
const resultOutput = (name: string): string => `output:${name}`;

/**
 * The variables as ONNX Runtime sees them on the CPU: arrays that go in as they are. An updated variable has a second
 * array which the step writes; then the two change places, so nothing is copied.
 */
class CpuVariables implements Variables {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly #current = new Map<string, Tensor>();
  readonly #next = new Map<string, Tensor>();

  constructor(initial: Parameters<Engine['variables']>[0]) {
    this.shapes = Object.fromEntries(Object.entries(initial).map(([name, { shape }]) => [name, shape]));
    for (const [name, { shape, values }] of Object.entries(initial)) {
      this.#current.set(name, new Tensor('float32', values.slice(), shape));
    }
  }

  current(name: string): Tensor {
    const tensor = this.#current.get(name);
    if (tensor === undefined) throw new Error(`no variable "${name}"`);
    return tensor;
  }

  /** Where a step writes the new value. */
  next(name: string): Tensor {
    const known = this.#next.get(name);
    if (known !== undefined) return known;
    const { dims, size } = this.current(name);
    const tensor = new Tensor('float32', new Float32Array(size), dims);
    this.#next.set(name, tensor);
    return tensor;
  }

  swap(names: readonly string[]): void {
    for (const name of names) {
      const [current, next] = [this.current(name), this.next(name)];
      this.#current.set(name, next);
      this.#next.set(name, current);
    }
  }

  read(): Promise<Record<string, Float32Array>> {
    const values: Record<string, Float32Array> = {};
    for (const [name, tensor] of this.#current) values[name] = floats(tensor).slice();
    return Promise.resolve(values);
  }

  dispose(): void {
    this.#current.clear();
    this.#next.clear();
  }
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error(`expected float32, found ${tensor?.type ?? 'nothing'}`);
  return tensor.data;
}

/** A recorded program in a session of ONNX Runtime. */
class CompiledGraph implements Compiled {
  readonly #feeds: Record<string, Tensor> = {};
  readonly #fetches: Record<string, Tensor> = {};
  readonly #results: Record<string, Values> = {};

  constructor(
    private readonly session: InferenceSession,
    private readonly variables: CpuVariables,
    private readonly program: Program,
    private readonly read: readonly string[],
    private readonly updated: readonly string[],
    results: Readonly<Record<string, Value>>,
  ) {
    for (const [name, { type, shape }] of Object.entries(results)) {
      if (type !== 'float32' && type !== 'int32') throw new Error(`output "${name}" of ${program.name} is ${type}`);
      const data = new (type === 'float32' ? Float32Array : Int32Array)(shape.reduce((a, b) => a * b, 1));
      this.#fetches[resultOutput(name)] = new Tensor(type, data, shape);
      this.#results[name] = data;
    }
  }

  async run(inputs: NamedValues): Promise<NamedValues> {
    for (const [name, { shape, dtype }] of Object.entries(this.program.inputs)) {
      const values = inputs[name];
      if (values === undefined) throw new Error(`${this.program.name}: no input "${name}"`);
      const feed = batchInput(name);
      if (!this.session.inputNames.includes(feed)) continue;
      if (this.#feeds[feed]?.data !== values) this.#feeds[feed] = new Tensor(dtype, values, shape);
    }
    for (const name of this.read) this.#feeds[variableInput(name)] = this.variables.current(name);
    for (const name of this.updated) this.#fetches[updateOutput(name)] = this.variables.next(name);
    await this.session.run(this.#feeds, this.#fetches);
    this.variables.swap(this.updated);
    return this.#results;
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}

/** A recorded program in a loop, in a session of ONNX Runtime. */
class CompiledLoop implements CompiledSteps {
  readonly #feeds: Record<string, Tensor> = {};
  readonly #fetches: Record<string, Tensor | null> = {};

  constructor(
    private readonly session: InferenceSession,
    private readonly variables: CpuVariables,
    private readonly program: Program,
    readonly most: number,
    private readonly updated: readonly string[],
    private readonly results: readonly string[],
  ) {
    for (const name of results) this.#fetches[resultOutput(name)] = null;
  }

  async run(inputs: NamedValues, count: number): Promise<NamedValues> {
    for (const [name, { shape, dtype }] of Object.entries(this.program.inputs)) {
      const feed = stackedInput(batchInput(name));
      const values = inputs[name];
      if (values === undefined) throw new Error(`${this.program.name}: no input "${name}"`);
      if (!this.session.inputNames.includes(feed)) continue;
      if (this.#feeds[feed]?.data !== values) this.#feeds[feed] = new Tensor(dtype, values, [this.most, ...shape]);
    }
    this.#feeds[countInput] = new Tensor('int64', BigInt64Array.of(BigInt(count)), []);
    for (const name of Object.keys(this.variables.shapes)) {
      const whole = variableInput(name);
      for (const feed of [whole, initialInput(whole)]) {
        if (this.session.inputNames.includes(feed)) this.#feeds[feed] = this.variables.current(name);
      }
    }
    for (const name of this.updated) this.#fetches[updateOutput(name)] = this.variables.next(name);
    const outputs = await this.session.run(this.#feeds, this.#fetches);
    this.variables.swap(this.updated);
    return Object.fromEntries(this.results.map((name) => [name, floats(outputs[resultOutput(name)])]));
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}

export interface OnnxOptions {
  /** Threads of one operation; as many as the machine has cores unless given. */
  readonly threads?: number;
}

/**
 * Records programs and runs the recordings with ONNX Runtime on the CPU. The same graph, threads and inputs give the
 * same bits.
 */
export class OnnxEngine implements Engine {
  readonly name = 'onnx/cpu';
  readonly device: string;
  readonly #threads: number;
  #block: Promise<number | null> | null = null;

  constructor({ threads = availableParallelism() }: OnnxOptions = {}) {
    this.#threads = threads;
    this.device = `${cpus()[0]?.model.trim() ?? 'CPU'}, ${threads.toString()} threads`;
  }

  variables(initial: Parameters<Engine['variables']>[0]): Promise<CpuVariables> {
    return Promise.resolve(new CpuVariables(initial));
  }

  async compile(program: Program, variables: Variables): Promise<Compiled> {
    const { graph, outputs, updates, own } = await record(program, variables, await this.#channelBlock());
    const model = encodeModel(graph, {
      name: program.name,
      outputs: { ...renamed(outputs, resultOutput), ...renamed(updates, updateOutput) },
    });
    const session = await this.#open(model);
    const read = Object.keys(own.shapes).filter((name) => session.inputNames.includes(variableInput(name)));
    return new CompiledGraph(session, own, program, read, Object.keys(updates), outputs);
  }

  async compileSteps(program: Program, variables: Variables, most: number): Promise<CompiledSteps> {
    const { graph, outputs, updates, own } = await record(program, variables, await this.#channelBlock());
    const inputs = new Map(graph.inputs.map((value) => [value.name, value]));
    const inputOf = (name: string): Value => {
      const value = inputs.get(name);
      if (value === undefined) throw new Error(`${program.name} has no input "${name}"`);
      return value;
    };
    const model = encodeLoop(graph, {
      name: program.name,
      most,
      carried: Object.fromEntries(
        Object.entries(updates).map(([name, update]) => [
          updateOutput(name),
          { input: inputOf(variableInput(name)), update },
        ]),
      ),
      stacked: Object.keys(program.inputs).map((name) => inputOf(batchInput(name))),
      outputs: renamed(outputs, resultOutput),
    });
    const session = await this.#open(model);
    return new CompiledLoop(session, own, program, most, Object.keys(updates), Object.keys(outputs));
  }

  /** Asked of the processor once. */
  #channelBlock(): Promise<number | null> {
    this.#block ??= channelBlock((model) => this.#open(model));
    return this.#block;
  }

  #open(model: Uint8Array): Promise<InferenceSession> {
    return InferenceSession.create(model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: this.#threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // Slots that decay towards zero become denormal numbers, which many processors compute a hundred times slower.
      extra: { session: { set_denormal_as_zero: '1' } },
    });
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

/** The program's graph, simplified, and the variables as the engine's own. */
async function record(program: Program, variables: Variables, channelBlock: number | null) {
  if (!(variables instanceof CpuVariables)) throw new Error('these variables belong to another engine');
  const { graph, outputs, updates } = await trace(program, variables.shapes, { channelBlock });
  fuse(graph, [...Object.values(outputs), ...Object.values(updates)]);
  return { graph, outputs, updates, own: variables };
}

const renamed = (values: Readonly<Record<string, Value>>, rename: (name: string) => string): Record<string, Value> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [rename(name), value]));
