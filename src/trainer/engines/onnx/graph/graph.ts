import type { Attributes, ConstantData, ElementType, Node, Operation, OutputType, Value } from './value.js';

const constantTypes = {
  float32: (data: readonly number[]) => Float32Array.from(data),
  int32: (data: readonly number[]) => Int32Array.from(data),
  int64: (data: readonly number[]) => BigInt64Array.from(data, BigInt),
  uint8: (data: readonly number[]) => Uint8Array.from(data),
  bool: (data: readonly number[]) => Uint8Array.from(data),
} as const;

/**
 * A graph while it is recorded and simplified. The same operation on the same inputs is recorded once, and who reads a
 * value is always known.
 */
export class Graph {
  readonly inputs: Value[] = [];
  readonly #constants = new Map<Value, ConstantData>();
  readonly #knownConstants = new Map<string, Value>();
  /** Nodes by what they compute, and by what they computed before they were rewritten: it is the same. */
  readonly #known = new Map<string, Node>();
  readonly #readers = new Map<Value, number>();
  #outputs: readonly Value[] = [];
  #count = 0;

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
    this.#constants.set(value, array);
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

  /** All constants with what they hold, in the order in which they were made. */
  get constants(): ReadonlyMap<Value, ConstantData> {
    return this.#constants;
  }

  /** Records an operation with one output. */
  node(op: string, inputs: Operation['inputs'], output: OutputType, attributes: Attributes = {}, domain = ''): Value {
    const [value] = this.nodeOf(op, inputs, [output], attributes, domain).outputs;
    if (value === undefined) throw new Error(`${op} has no output`);
    return value;
  }

  /** Records an operation with any number of outputs. */
  nodeOf(
    op: string,
    inputs: Operation['inputs'],
    outputs: readonly OutputType[],
    attributes: Attributes = {},
    domain = '',
  ): Node {
    const key = keyOf({ op, domain, inputs, attributes });
    const known = this.#known.get(key);
    if (known !== undefined) {
      // The same operation, wanted with an output more than before: MaxPool, once its indices are needed.
      for (const output of outputs.slice(known.outputs.length)) this.#addOutput(known, output);
      return known;
    }
    const node: Node = { op, domain, inputs, attributes, outputs: [] };
    for (const output of outputs) this.#addOutput(node, output);
    this.#known.set(key, node);
    return node;
  }

  /** The node already recorded for this operation on these inputs, if there is one. */
  find(op: string, inputs: readonly Value[]): Value | undefined {
    return this.#known.get(keyOf({ op, domain: '', inputs, attributes: {} }))?.outputs[0];
  }

  /** What is computed for. Nodes that no output needs are read by nobody, and read nothing. */
  get outputs(): readonly Value[] {
    return this.#outputs;
  }

  set outputs(values: readonly Value[]) {
    this.#read(values, 1);
    this.#read(this.#outputs, -1);
    this.#outputs = values;
  }

  /** The nodes that the outputs need, each after those it reads. */
  get nodes(): Node[] {
    return sortedNodes(this.#outputs);
  }

  /** How many inputs of needed nodes a value is, and how many outputs. */
  readersOf(value: Value): number {
    return this.#readers.get(value) ?? 0;
  }

  /** Lets a node compute the same outputs in another way. */
  rewrite(node: Node, operation: Operation): void {
    const { inputs } = node;
    const needed = this.#isNeeded(node);
    const own: { -readonly [Key in keyof Operation]: Operation[Key] } = node;
    own.op = operation.op;
    own.domain = operation.domain;
    own.inputs = operation.inputs;
    own.attributes = operation.attributes;
    const key = keyOf(node);
    if (!this.#known.has(key)) this.#known.set(key, node);
    if (!needed) return;
    this.#read(operation.inputs, 1);
    this.#read(inputs, -1);
  }

  #isNeeded({ outputs }: Node): boolean {
    return outputs.some((output) => this.readersOf(output) > 0);
  }

  /** Counts readers that come or go. A node that becomes needed reads its inputs, one that no longer is reads them no more. */
  #read(values: readonly (Value | null)[], by: 1 | -1): void {
    const left = [...values];
    for (let value = left.pop(); value !== undefined; value = left.pop()) {
      if (value === null) continue;
      const { producer } = value;
      const before = producer !== null && this.#isNeeded(producer);
      this.#readers.set(value, this.readersOf(value) + by);
      if (producer !== null && this.#isNeeded(producer) !== before) left.push(...producer.inputs);
    }
  }

  #addOutput(node: Node, { type, shape }: OutputType): void {
    const own: { outputs: readonly Value[] } = node;
    own.outputs = [...node.outputs, { name: this.#name('v'), type, shape, producer: node, scalar: null }];
  }

  #name(prefix: string): string {
    return `${prefix}${(this.#count++).toString()}`;
  }
}

const keyOf = ({ op, domain, inputs, attributes }: Operation): string =>
  `${domain}${op}(${inputs.map((input) => input?.name ?? '').join()})${JSON.stringify(attributes)}`;

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
