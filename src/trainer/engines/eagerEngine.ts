import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import type { Compiled, CompiledSteps, Engine, NamedValues, Program, Tensors, Variables } from './engine.js';
import { oneByOne } from './oneByOne.js';

/** Variables as tensors of the running tfjs backend. */
class EagerVariables implements Variables {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  #tensors: Record<string, tf.Tensor>;

  constructor(initial: Parameters<Engine['variables']>[0]) {
    this.shapes = Object.fromEntries(Object.entries(initial).map(([name, { shape }]) => [name, shape]));
    this.#tensors = Object.fromEntries(
      Object.entries(initial).map(([name, { shape, values }]) => [
        name,
        tf.tensor(values.slice(), [...shape], 'float32'),
      ]),
    );
  }

  get tensors(): Tensors {
    return this.#tensors;
  }

  replace(updates: Tensors): void {
    for (const [name, tensor] of Object.entries(updates)) {
      // A program may hand a variable back as it was.
      if (this.#tensors[name] === tensor) continue;
      this.#tensors[name]?.dispose();
      this.#tensors[name] = tensor;
    }
  }

  async read(): Promise<Record<string, Float32Array>> {
    const values: Record<string, Float32Array> = {};
    for (const [name, tensor] of Object.entries(this.#tensors)) values[name] = Float32Array.from(await tensor.data());
    return values;
  }

  dispose(): void {
    tf.dispose(this.#tensors);
    this.#tensors = {};
  }
}

/** Runs programs operation by operation on a tfjs backend: `tensorflow` where tfjs-node is installed, or `cpu`. */
export class EagerEngine implements Engine {
  /** The backend must be registered and set before. */
  constructor(
    readonly name: string,
    readonly device: string,
  ) {}

  variables(initial: Parameters<Engine['variables']>[0]): Promise<EagerVariables> {
    return Promise.resolve(new EagerVariables(initial));
  }

  compile(program: Program, variables: Variables): Promise<Compiled> {
    if (!(variables instanceof EagerVariables)) throw new Error('these variables belong to another engine');
    return Promise.resolve({
      run: (inputs: NamedValues) => runEagerly(program, variables, inputs),
      dispose: () => Promise.resolve(),
    });
  }

  async compileSteps(program: Program, variables: Variables, most: number): Promise<CompiledSteps> {
    return oneByOne(await this.compile(program, variables), most);
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

async function runEagerly(program: Program, variables: EagerVariables, inputs: NamedValues): Promise<NamedValues> {
  const { outputs, updates } = tf.tidy(() => {
    const tensors: Record<string, tf.Tensor> = {};
    for (const [name, { shape, dtype }] of Object.entries(program.inputs)) {
      const values = inputs[name];
      if (values === undefined) throw new Error(`${program.name}: no input "${name}"`);
      tensors[name] = tf.tensor(values, [...shape], dtype === 'float32' ? 'float32' : 'int32');
    }
    const result = program.run(variables.tensors, tensors);
    return { outputs: { ...result.outputs }, updates: { ...result.updates } };
  });
  variables.replace(updates);
  const values: Record<string, Float32Array | Int32Array> = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    const data = await tensor.data();
    values[name] = data instanceof Int32Array ? data : Float32Array.from(data);
    tensor.dispose();
  }
  return values;
}
