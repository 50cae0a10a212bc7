import type { Tensor } from 'onnxruntime-node';
import type { Compiled, CompiledSteps, Engine, NamedValues, Program, Values, Variables } from '../../engine.js';
import { layer, stacked } from '../../oneByOne.js';
import { fedBatch } from './batch.js';
import { onnxRuntime } from './onnxRuntime.js';
import type { RuntimeSession } from './runtimeSession.js';
import { resultOutput, updateOutput, variableInput } from '../graph/names.js';

/**
 * Moves tensors between this process and the card, with two models that do nothing: a tensor on the card cannot be read
 * in place (`getData()` ends the process in onnxruntime-node 1.30).
 */
export class DeviceTransfer {
  /** @param toDevice, toHost sessions of `encodeIdentity` whose output is on the card, and in this process */
  constructor(private readonly sessions: { readonly toDevice: RuntimeSession; readonly toHost: RuntimeSession }) {}

  upload(tensor: Tensor): Promise<Tensor> {
    return through(this.sessions.toDevice, tensor);
  }

  async download(tensor: Tensor): Promise<Float32Array> {
    const { data, type } = await through(this.sessions.toHost, tensor);
    if (!(data instanceof Float32Array)) throw new Error(`expected float32, found ${type}`);
    return data;
  }

  async dispose(): Promise<void> {
    await this.sessions.toDevice.release();
    await this.sessions.toHost.release();
  }
}

async function through(session: RuntimeSession, tensor: Tensor): Promise<Tensor> {
  const { y } = await session.run({ x: tensor });
  if (y === undefined) throw new Error('the identity has no output');
  return y;
}

/** Variables that live on the card: what a step replaces is freed, and the new value takes its place. */
export class DeviceVariables implements Variables {
  readonly #tensors = new Map<string, Tensor>();

  private constructor(
    readonly shapes: Readonly<Record<string, readonly number[]>>,
    private readonly transfer: DeviceTransfer,
  ) {}

  static async of(initial: Parameters<Engine['variables']>[0], transfer: DeviceTransfer): Promise<DeviceVariables> {
    const { Tensor } = onnxRuntime();
    const shapes = Object.fromEntries(Object.entries(initial).map(([name, { shape }]) => [name, shape]));
    const variables = new DeviceVariables(shapes, transfer);
    for (const [name, { shape, values }] of Object.entries(initial)) {
      variables.replace(name, await transfer.upload(new Tensor('float32', values, shape)));
    }
    return variables;
  }

  current(name: string): Tensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw new Error(`no variable "${name}"`);
    return tensor;
  }

  replace(name: string, tensor: Tensor): void {
    this.#tensors.get(name)?.dispose();
    this.#tensors.set(name, tensor);
  }

  async read(): Promise<Record<string, Float32Array>> {
    const values: Record<string, Float32Array> = {};
    for (const [name, tensor] of this.#tensors) values[name] = await this.transfer.download(tensor);
    return values;
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }
}

/** What is needed to run a recorded program on variables of the card. */
export interface DeviceProgram {
  readonly session: RuntimeSession;
  readonly variables: DeviceVariables;
  readonly program: Program;
  readonly updated: readonly string[];
  readonly results: readonly string[];
}

/** A recorded program whose results come to this process, and its new variables do not. */
export class DeviceGraph implements Compiled {
  constructor(private readonly own: DeviceProgram) {}

  async run(inputs: NamedValues): Promise<NamedValues> {
    const results = await runOnce(this.own, inputs);
    return Object.fromEntries([...results].map(([name, tensor]) => [name, valuesOf(tensor)]));
  }

  dispose(): Promise<void> {
    return this.own.session.release();
  }
}

/**
 * Several steps in a row, each a call that does not wait for the card: results stay there, too, until all steps are on
 * their way.
 */
export class DeviceSteps implements CompiledSteps {
  constructor(
    private readonly own: DeviceProgram,
    private readonly transfer: DeviceTransfer,
    readonly most: number,
  ) {}

  async run(inputs: NamedValues, count: number): Promise<NamedValues> {
    const waiting: ReadonlyMap<string, Tensor>[] = [];
    for (let step = 0; step < count; step++) {
      waiting.push(await runOnce(this.own, layer(inputs, { step, most: this.most })));
    }
    const steps: NamedValues[] = [];
    for (const results of waiting) {
      const values: Record<string, Values> = {};
      for (const [name, tensor] of results) {
        values[name] = await this.transfer.download(tensor);
        tensor.dispose();
      }
      steps.push(values);
    }
    return stacked(steps);
  }

  dispose(): Promise<void> {
    return this.own.session.release();
  }
}

async function runOnce(
  { session, variables, program, updated, results }: DeviceProgram,
  inputs: NamedValues,
): Promise<Map<string, Tensor>> {
  const { Tensor } = onnxRuntime();
  const feeds: Record<string, Tensor> = {};
  for (const { feed, values, shape, dtype } of fedBatch(program, inputs, { session })) {
    feeds[feed] = new Tensor(dtype, values, shape);
  }
  for (const name of Object.keys(variables.shapes)) {
    const feed = variableInput(name);
    if (session.inputNames.includes(feed)) feeds[feed] = variables.current(name);
  }
  const outputs = await session.run(feeds);
  const output = (name: string): Tensor => {
    const tensor = outputs[name];
    if (tensor === undefined) throw new Error(`${program.name} has no output "${name}"`);
    return tensor;
  };
  for (const name of updated) variables.replace(name, output(updateOutput(name)));
  return new Map(results.map((name) => [name, output(resultOutput(name))]));
}

function valuesOf({ data, type }: Tensor): Values {
  if (data instanceof Float32Array || data instanceof Int32Array) return data;
  throw new Error(`expected float32 or int32, found ${type}`);
}
