import type { Tensor } from 'onnxruntime-node';
import type { Compiled, CompiledSteps, Engine, NamedValues, Program, Values, Variables } from '../../engine.js';
import { fedBatch } from './batch.js';
import { onnxRuntime } from './onnxRuntime.js';
import type { RuntimeSession } from './runtimeSession.js';
import type { Value } from '../graph/value.js';
import { resultOutput, updateOutput, batchInput, variableInput } from '../graph/names.js';
import { carriedAs, countInput, initialInput, stackedInput } from '../graph/encodeLoop.js';

/**
 * The variables as ONNX Runtime sees them in this process's memory: arrays that go in as they are. An updated variable has a second
 * array which the step writes; then the two change places, so nothing is copied.
 */
export class HostVariables implements Variables {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly #current = new Map<string, Tensor>();
  readonly #next = new Map<string, Tensor>();

  constructor(initial: Parameters<Engine['variables']>[0]) {
    const { Tensor } = onnxRuntime();
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
    const { Tensor } = onnxRuntime();
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

export function floats(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error(`expected float32, found ${tensor?.type ?? 'nothing'}`);
  return tensor.data;
}

/** A recorded program in a session of ONNX Runtime. */
export class HostGraph implements Compiled {
  readonly #feeds: Record<string, Tensor> = {};
  readonly #fetches: Record<string, Tensor> = {};
  readonly #results: Record<string, Values> = {};

  constructor(
    private readonly session: RuntimeSession,
    private readonly variables: HostVariables,
    private readonly program: Program,
    private readonly read: readonly string[],
    private readonly updated: readonly string[],
    results: Readonly<Record<string, Value>>,
  ) {
    const { Tensor } = onnxRuntime();
    for (const [name, { type, shape }] of Object.entries(results)) {
      if (type !== 'float32' && type !== 'int32') throw new Error(`output "${name}" of ${program.name} is ${type}`);
      const data = new (type === 'float32' ? Float32Array : Int32Array)(shape.reduce((a, b) => a * b, 1));
      this.#fetches[resultOutput(name)] = new Tensor(type, data, shape);
      this.#results[name] = data;
    }
  }

  async run(inputs: NamedValues): Promise<NamedValues> {
    const { Tensor } = onnxRuntime();
    for (const { feed, values, shape, dtype } of fedBatch(this.program, inputs, { session: this.session })) {
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
export class HostLoop implements CompiledSteps {
  readonly #feeds: Record<string, Tensor> = {};
  readonly #fetches: Record<string, Tensor | null> = {};

  constructor(
    private readonly session: RuntimeSession,
    private readonly variables: HostVariables,
    private readonly program: Program,
    readonly most: number,
    private readonly updates: Readonly<Record<string, Value>>,
    private readonly results: readonly string[],
  ) {
    for (const name of results) this.#fetches[resultOutput(name)] = null;
  }

  async run(inputs: NamedValues, count: number): Promise<NamedValues> {
    const { Tensor } = onnxRuntime();
    const fed = { session: this.session, feedOf: (name: string) => stackedInput(batchInput(name)) };
    for (const { feed, values, shape, dtype } of fedBatch(this.program, inputs, fed)) {
      if (this.#feeds[feed]?.data !== values) this.#feeds[feed] = new Tensor(dtype, values, [this.most, ...shape]);
    }
    this.#feeds[countInput] = new Tensor('int64', BigInt64Array.of(BigInt(count)), []);
    for (const name of Object.keys(this.variables.shapes)) {
      const feed = variableInput(name);
      if (this.session.inputNames.includes(feed)) this.#feeds[feed] = this.variables.current(name);
    }
    for (const [name, update] of Object.entries(this.updates)) {
      const { shape } = carriedAs(update);
      this.#feeds[initialInput(variableInput(name))] = this.variables.current(name).reshape(shape);
      this.#fetches[updateOutput(name)] = this.variables.next(name).reshape(shape);
    }
    const outputs = await this.session.run(this.#feeds, this.#fetches);
    this.variables.swap(Object.keys(this.updates));
    return Object.fromEntries(this.results.map((name) => [name, floats(outputs[resultOutput(name)])]));
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}
