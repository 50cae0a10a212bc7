import type { Program } from '../../engine.js';
import { encodeModel, type NamedInput } from '../graph/encode.js';
import type { Graph } from '../graph/graph.js';
import { memoryNeed, type MemoryNeed } from '../graph/memoryNeed.js';
import { batchInput, resultOutput, updateOutput, variableInput } from '../graph/names.js';
import type { Value } from '../graph/value.js';
import { rewrite } from '../passes/rewrite.js';
import type { Dialect } from './kernel.js';
import { trace } from './trace.js';
import { encodeLoop } from '../graph/encodeLoop.js';

/** A program written down and simplified, ready to be encoded as a model. */
export class Recording {
  private constructor(
    private readonly program: Program,
    readonly graph: Graph,
    readonly outputs: Readonly<Record<string, Value>>,
    /** New values of variables, by the variables' names. */
    readonly updates: Readonly<Record<string, Value>>,
  ) {}

  /**
   * @param shapes of the variables
   * @param dialect the operations to write it in
   * @throws ProblemError `untraceable`
   */
  static async of(
    program: Program,
    { shapes, dialect }: { shapes: Readonly<Record<string, readonly number[]>>; dialect: Dialect },
  ): Promise<Recording> {
    const { graph, outputs, updates } = await trace(program, shapes, dialect);
    for (const rulesFor of dialect.passes) rewrite(graph, rulesFor(graph));
    return new Recording(program, graph, outputs, updates);
  }

  /** What a call needs at least. */
  get need(): MemoryNeed {
    return memoryNeed(this.graph);
  }

  /** A model that runs the program once. */
  once(): Uint8Array {
    return encodeModel(this.graph, {
      name: this.program.name,
      outputs: { ...renamed(this.outputs, resultOutput), ...renamed(this.updates, updateOutput) },
    });
  }

  /**
   * A model for others, whose inputs and outputs have the program's own names; nothing is updated.
   * @param tensors the variables, which become part of it
   */
  classifier(tensors: Readonly<Record<string, Float32Array>>): Uint8Array {
    const names = new Map([
      ...Object.entries(tensors).map(([name, data]): [string, NamedInput] => [variableInput(name), { name, data }]),
      ...Object.keys(this.program.inputs).map((name): [string, NamedInput] => [batchInput(name), { name, data: null }]),
    ]);
    const named = new Map<Value, NamedInput>();
    for (const value of this.graph.inputs) {
      const input = names.get(value.name);
      if (input !== undefined) named.set(value, input);
    }
    return encodeModel(this.graph, { name: this.program.name, outputs: this.outputs, named });
  }

  /** A model that runs it up to `most` times in a row. */
  repeated(most: number): Uint8Array {
    const inputs = new Map(this.graph.inputs.map((value) => [value.name, value]));
    const inputOf = (name: string): Value => {
      const value = inputs.get(name);
      if (value === undefined) throw new Error(`${this.program.name} has no input "${name}"`);
      return value;
    };
    return encodeLoop(this.graph, {
      name: this.program.name,
      most,
      carried: Object.fromEntries(
        Object.entries(this.updates).map(([name, update]) => [
          updateOutput(name),
          { input: inputOf(variableInput(name)), update },
        ]),
      ),
      stacked: Object.keys(this.program.inputs).map((name) => inputOf(batchInput(name))),
      outputs: renamed(this.outputs, resultOutput),
    });
  }
}

const renamed = (values: Readonly<Record<string, Value>>, rename: (name: string) => string): Record<string, Value> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [rename(name), value]));
