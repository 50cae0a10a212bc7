import type { Program } from '../engine.js';
import { encodeLoop, encodeModel, type NamedInput } from './graph/encode.js';
import { fuse } from './passes/fuse.js';
import { sortedNodes, type Graph, type Value } from './graph/graph.js';
import { keepInBlocks } from './lowerings/blocked/keepInBlocks.js';
import { plainLowerings } from './lowerings/plain/plainLowerings.js';
import { lowerings } from './lowerings/lowerings.js';
import { nchwc } from './lowerings/blocked/nchwc.js';
import { memoryNeed, type MemoryNeed } from './graph/memoryNeed.js';
import { inPlainOnnx } from './lowerings/plain/plainOnnx.js';
import { batchInput, trace, variableInput } from './trace/trace.js';

/** Names of graph outputs, apart from those of its inputs. */
export const updateOutput = (name: string): string => `update:${name}`;
export const resultOutput = (name: string): string => `output:${name}`;

/** A program written down and simplified, ready to be encoded as a model. */
export class Recording {
  private constructor(
    private readonly program: Program,
    private readonly graph: Graph,
    readonly outputs: Readonly<Record<string, Value>>,
    /** New values of variables, by the variables' names. */
    readonly updates: Readonly<Record<string, Value>>,
  ) {}

  /**
   * @param shapes of the variables
   * @param plain whether only plain ONNX may be recorded
   * @param channelBlock see `Graph`
   * @throws ProblemError `untraceable`
   */
  static async of(
    program: Program,
    {
      shapes,
      plain,
      channelBlock,
    }: { shapes: Readonly<Record<string, readonly number[]>>; plain: boolean; channelBlock: number | null },
  ): Promise<Recording> {
    const dialect = plain
      ? { name: 'plain', lowerings: plainLowerings, channelBlock: null }
      : { name: 'onnxruntime', lowerings, channelBlock };
    const { graph, outputs, updates } = await trace(program, shapes, dialect);
    const results = [...Object.values(outputs), ...Object.values(updates)];
    fuse(graph, results, { plain });
    if (graph.channelBlock !== null) keepInBlocks(graph, results, graph.channelBlock);
    if (plain) inPlainOnnx(graph, results);
    return new Recording(program, graph, outputs, updates);
  }

  /** Whether operations of ONNX Runtime's on blocks of channels are in it. */
  get usesBlocks(): boolean {
    return sortedNodes([...Object.values(this.outputs), ...Object.values(this.updates)]).some(
      ({ domain }) => domain === nchwc,
    );
  }

  /** What a call needs at least. */
  get need(): MemoryNeed {
    return memoryNeed(this.graph, [...Object.values(this.outputs), ...Object.values(this.updates)]);
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
