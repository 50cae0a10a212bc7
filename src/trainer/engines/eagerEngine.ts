import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import type { Compiled, CompiledSteps, Engine, NamedValues, Program, Tensors, Variables } from './engine.js';
import { layer, stacked } from './oneByOne.js';

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
    for (const [name, tensor] of Object.entries(this.#tensors)) values[name] = new Float32Array(await tensor.data());
    return values;
  }

  dispose(): void {
    tf.dispose(this.#tensors);
    this.#tensors = {};
  }
}

/** Runs programs operation by operation on a tfjs backend: `tensorflow` where tfjs-node is installed, or `cpu`. */
export class EagerEngine implements Engine {
  /**
   * The backend must be registered and set before.
   * @param explain makes of a backend's error one for a person, where it knows it
   */
  constructor(
    readonly name: string,
    readonly device: string,
    private readonly explain: (error: unknown) => unknown = (error) => error,
  ) {}

  variables(initial: Parameters<Engine['variables']>[0]): Promise<EagerVariables> {
    return Promise.resolve(new EagerVariables(initial));
  }

  compile(program: Program, variables: Variables): Promise<Compiled> {
    const own = ownVariables(variables);
    return Promise.resolve({
      run: (inputs: NamedValues) => this.#explained(() => read(execute(program, own, inputs))),
      dispose: () => Promise.resolve(),
    });
  }

  compileSteps(program: Program, variables: Variables, most: number): Promise<CompiledSteps> {
    const own = ownVariables(variables);
    return Promise.resolve({
      most,
      run: (inputs: NamedValues, count: number) =>
        this.#explained(async () => {
          // Nothing is read before the last step has been handed over: a graphics card would wait for the reader.
          const outputs: Tensors[] = [];
          for (let step = 0; step < count; step++) {
            outputs.push(execute(program, own, layer(inputs, { step, most })));
          }
          const steps: NamedValues[] = [];
          for (const tensors of outputs) steps.push(await read(tensors));
          return stacked(steps);
        }),
      dispose: () => Promise.resolve(),
    });
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.explain(error);
    }
  }
}

function ownVariables(variables: Variables): EagerVariables {
  if (!(variables instanceof EagerVariables)) throw new Error('these variables belong to another engine');
  return variables;
}

/** Runs a program once: its variables are replaced, and what it puts out is the caller's to dispose of. */
function execute(program: Program, variables: EagerVariables, inputs: NamedValues): Tensors {
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
  return outputs;
}

/** The values of tensors, which are disposed of. */
async function read(tensors: Tensors): Promise<NamedValues> {
  const values: Record<string, Float32Array | Int32Array> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    const data = await tensor.data();
    values[name] = data instanceof Int32Array ? data : new Float32Array(data);
    tensor.dispose();
  }
  return values;
}
