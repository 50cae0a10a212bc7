/**
 * An ONNX graph while it is being recorded: values, and the nodes that make them. Nothing here knows TensorFlow.js or
 * ONNX Runtime.
 */

export type ElementType = 'float32' | 'int32' | 'int64' | 'uint8' | 'bool';

/** A tensor that will exist when the graph runs. `shape` is as it lies in memory. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** The node that makes it; null for inputs and constants. */
  readonly producer: Node | null;
  /** The number itself where the value is a constant of one element. */
  readonly scalar: number | null;
}

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string };

export type Attributes = Readonly<Record<string, Attribute>>;

export const int = (value: number): Attribute => ({ kind: 'int', value });
export const float = (value: number): Attribute => ({ kind: 'float', value });
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
export const text = (value: string): Attribute => ({ kind: 'string', value });

/** One operation, which may be rewritten while the graph is simplified; a null input is an optional one left out. */
export interface Node {
  op: string;
  domain: '' | 'com.microsoft' | 'com.microsoft.nchwc';
  inputs: readonly (Value | null)[];
  attributes: Attributes;
  outputs: readonly Value[];
}

export interface Constant {
  readonly value: Value;
  readonly data: ConstantData;
}

/** Bytes as they lie in memory, little-endian; int64 as bigints. */
export type ConstantData = Float32Array | Int32Array | Uint8Array | BigInt64Array;

export interface OutputType {
  readonly type: ElementType;
  readonly shape: readonly number[];
}

const constantTypes = {
  float32: (data: readonly number[]) => Float32Array.from(data),
  int32: (data: readonly number[]) => Int32Array.from(data),
  int64: (data: readonly number[]) => BigInt64Array.from(data, BigInt),
  uint8: (data: readonly number[]) => Uint8Array.from(data),
  bool: (data: readonly number[]) => Uint8Array.from(data),
} as const;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Records nodes; the same operation on the same inputs is recorded once. */
export class Graph {
  readonly inputs: Value[] = [];
  readonly constants: Constant[] = [];
  readonly nodes: Node[] = [];
  readonly #known = new Map<string, Node>();
  readonly #knownConstants = new Map<string, Value>();
  #count = 0;

  /**
   * @param channelBlock how many channels a processor computes together, where the graph may use operations that only
   * such a processor has; null for a graph that any can run
   */
  constructor(readonly channelBlock: number | null = null) {}

  input(name: string, { type, shape }: OutputType): Value {
    const value: Value = { name, type, shape, producer: null, scalar: null };
    this.inputs.push(value);
    return value;
  }

  /** A constant of the graph; small equal ones are shared. */
  constant(data: readonly number[] | ConstantData, { type, shape }: OutputType): Value {
    const array = Array.isArray(data) ? constantTypes[type](data) : (data as ConstantData);
    const key = array.length <= 64 ? `${type} ${shape.join()} : ${array.join()}` : null;
    const known = key === null ? undefined : this.#knownConstants.get(key);
    if (known !== undefined) return known;
    const scalar = array.length === 1 ? Number(array[0]) : null;
    const value: Value = { name: this.#name('c'), type, shape, producer: null, scalar };
    this.constants.push({ value, data: array });
    if (key !== null) this.#knownConstants.set(key, value);
    return value;
  }

  scalar(value: number, type: ElementType = 'float32'): Value {
    return this.constant([value], { type, shape: [] });
  }

  /** One number in every place of a shape, without the memory of a constant. */
  repeated(value: number, { type, shape }: OutputType): Value {
    const scalar = this.scalar(value, type);
    return shape.length === 0 ? scalar : this.node('Expand', [scalar, this.list(shape)], { type, shape });
  }

  /** A list of int64, as ONNX wants shapes and axes. */
  list(values: readonly number[]): Value {
    return this.constant(values, { type: 'int64', shape: [values.length] });
  }

  /** What a constant holds; null where the value is none. */
  dataOf(value: Value): ConstantData | null {
    return this.constants.find((constant) => constant.value === value)?.data ?? null;
  }

  /** Records an operation with one output. */
  node(
    op: string,
    inputs: readonly (Value | null)[],
    output: OutputType,
    attributes: Attributes = {},
    domain: Node['domain'] = '',
  ): Value {
    const [value] = this.nodeOf(op, inputs, [output], attributes, domain).outputs;
    if (value === undefined) throw new Error(`${op} has no output`);
    return value;
  }

  /** Records an operation with any number of outputs. */
  nodeOf(
    op: string,
    inputs: readonly (Value | null)[],
    outputs: readonly OutputType[],
    attributes: Attributes = {},
    domain: Node['domain'] = '',
  ): Node {
    const key = `${domain}${op}(${inputs.map((input) => input?.name ?? '').join()})${JSON.stringify(attributes)}`;
    const known = this.#known.get(key);
    if (known !== undefined) {
      // The same operation, wanted with an output more than before: MaxPool, once its indices are needed.
      for (const output of outputs.slice(known.outputs.length)) this.#addOutput(known, output);
      return known;
    }
    const node: Node = { op, domain, inputs, attributes, outputs: [] };
    for (const output of outputs) this.#addOutput(node, output);
    this.nodes.push(node);
    this.#known.set(key, node);
    return node;
  }

  /** The node already recorded for this operation on these inputs, if there is one. */
  find(op: string, inputs: readonly Value[]): Value | undefined {
    return this.#known.get(`${op}(${inputs.map((input) => input.name).join()})${JSON.stringify({})}`)?.outputs[0];
  }

  #addOutput(node: Node, { type, shape }: OutputType): void {
    node.outputs = [...node.outputs, { name: this.#name('v'), type, shape, producer: node, scalar: null }];
  }

  #name(prefix: string): string {
    return `${prefix}${(this.#count++).toString()}`;
  }
}

/** Every node that the given values need, each after those it reads. */
export function sortedNodes(values: readonly Value[]): Node[] {
  const sorted: Node[] = [];
  const state = new Map<Node, 'entered' | 'done'>();
  const stack = values.flatMap(({ producer }) => (producer === null ? [] : [producer])).reverse();
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    if (state.has(node)) {
      stack.pop();
      if (state.get(node) === 'entered') sorted.push(node);
      state.set(node, 'done');
      continue;
    }
    state.set(node, 'entered');
    for (const input of node.inputs) {
      if (input?.producer && !state.has(input.producer)) stack.push(input.producer);
    }
  }
  return sorted;
}

/** How many nodes and outputs read each value. */
export function readersOf(outputs: readonly Value[], nodes: readonly Node[]): Map<Value, number> {
  const readers = new Map<Value, number>();
  for (const value of [...outputs, ...nodes.flatMap((node) => node.inputs)]) {
    if (value !== null) readers.set(value, (readers.get(value) ?? 0) + 1);
  }
  return readers;
}
