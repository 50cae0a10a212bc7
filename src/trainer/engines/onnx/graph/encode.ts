import { onnx } from 'onnx-proto';
import { sortedNodes, type Graph } from './graph.js';
import type { Attribute, ConstantData, ElementType, Node, Value } from './value.js';

const elementTypes: Record<ElementType, onnx.TensorProto.DataType> = {
  float32: onnx.TensorProto.DataType.FLOAT,
  uint8: onnx.TensorProto.DataType.UINT8,
  int32: onnx.TensorProto.DataType.INT32,
  int64: onnx.TensorProto.DataType.INT64,
  bool: onnx.TensorProto.DataType.BOOL,
};

/** The oldest operator set that has all we record; newer runtimes keep reading it. */
const opset = 18;
const irVersion = 8;

/** An input of a graph under a name of its own; with data it is given once and for all, and part of the model. */
export interface NamedInput {
  readonly name: string;
  readonly data: Float32Array | null;
}

/**
 * A graph as the bytes of an ONNX `ModelProto`. Only what the outputs need is written.
 * @param outputs values to be returned, each under a name of its own
 * @param named inputs that are not called as the graph calls them
 */
export function encodeModel(
  graph: Graph,
  {
    name,
    outputs,
    named = new Map(),
  }: { name: string; outputs: Readonly<Record<string, Value>>; named?: ReadonlyMap<Value, NamedInput> },
): Uint8Array {
  const { needed, ...body } = encodeBody(graph, outputs, named);
  const inputs = graph.inputs.filter((input) => needed.has(input) && (named.get(input)?.data ?? null) === null);
  return encodeProto({
    name,
    ...body,
    input: inputs.map((value) => valueInfo(named.get(value)?.name ?? value.name, value)),
    output: Object.entries(outputs).map(([output, value]) => valueInfo(output, value)),
  });
}

/** Names in a model that makes several steps: the number of steps, and every input as it is fed. */
export const countInput = 'count';
export const stackedInput = (name: string): string => `stacked:${name}`;
export const initialInput = (name: string): string => `initial:${name}`;

/**
 * What a step replaces, as it lies where it is computed. To see it in its final shape is a copy where it leaves the body
 * of a loop, and of weights that is a pass over all of them: so a loop carries it as it lies.
 */
export function carriedAs(update: Value): Value {
  const source = update.producer?.op === 'Reshape' ? update.producer.inputs[0] : null;
  return source ?? update;
}

/** Name inside the body of what is carried in another shape than the step reads it in. */
const carriedInput = (name: string): string => `carried:${name}`;
const carriedShape = (name: string): string => `shape:${name}`;

/**
 * A graph that is one step, as a model that makes up to `most` of them in a row: an ONNX `Loop` whose state is what a
 * step replaces. The other inputs are fed as stacks [most, …], one layer a step; outputs come back as [count, …].
 * What a step replaces leaves ONNX Runtime, and is copied, once for all of them; it comes and goes in the shape of
 * `carriedAs`.
 * @param carried by name of the final value: the input that a step reads, and what replaces it
 * @param stacked the inputs of which every step has its own
 */
export function encodeLoop(
  graph: Graph,
  {
    name,
    most,
    carried,
    stacked,
    outputs,
  }: {
    name: string;
    most: number;
    carried: Readonly<Record<string, { readonly input: Value; readonly update: Value }>>;
    stacked: readonly Value[];
    outputs: Readonly<Record<string, Value>>;
  },
): Uint8Array {
  const state = Object.entries(carried).map(([output, { input, update }]) => ({
    output,
    input,
    update: carriedAs(update),
  }));
  const reshaped = state.filter(({ input, update }) => input.shape.join() !== update.shape.join());
  const isReshaped = new Set(reshaped.map(({ input }) => input));
  const carriedName = (input: Value): string => (isReshaped.has(input) ? carriedInput(input.name) : input.name);
  const results = Object.entries(outputs);
  // Inside the loop values have names of their own: what is called `update:w` outside is `next:update:w` within.
  const inner = (output: string): string => `next:${output}`;
  const returned = Object.fromEntries([
    ...state.map(({ output, update }): [string, Value] => [inner(output), update]),
    ...results.map(([output, value]): [string, Value] => [inner(output), value]),
  ]);
  const { needed, node, initializer } = encodeBody(graph, returned);
  const own = new Set(state.map(({ input }) => input));
  const layers = stacked.filter((value) => needed.has(value));
  const shared = graph.inputs.filter((value) => needed.has(value) && !own.has(value) && !layers.includes(value));
  const flag = { type: 'bool', shape: [] } as const;
  const index = { type: 'int64', shape: [] } as const;
  const body: onnx.IGraphProto = {
    name: `${name}, once`,
    input: [
      valueInfo('step', index),
      valueInfo('going', flag),
      ...state.map(({ input, update }) => valueInfo(carriedName(input), update)),
    ],
    node: [
      { opType: 'Identity', input: ['going'], output: ['go on'] },
      ...reshaped.map(({ input: { name: own } }) => ({
        opType: 'Reshape',
        input: [carriedInput(own), carriedShape(own)],
        output: [own],
      })),
      ...layers.map((value) => ({ opType: 'Gather', input: [stackedInput(value.name), 'step'], output: [value.name] })),
      ...node,
    ],
    output: [valueInfo('go on', flag), ...Object.entries(returned).map(([output, value]) => valueInfo(output, value))],
    initializer: [
      ...initializer,
      ...reshaped.map(({ input: { name: own, shape } }) => ({
        name: carriedShape(own),
        dataType: elementTypes.int64,
        dims: [shape.length],
        rawData: new Uint8Array(BigInt64Array.from(shape, BigInt).buffer),
      })),
    ],
  };
  return encodeProto({
    name,
    input: [
      valueInfo(countInput, index),
      ...shared.map((value) => valueInfo(value.name, value)),
      ...state.map(({ input, update }) => valueInfo(initialInput(input.name), update)),
      ...layers.map((value) => valueInfo(stackedInput(value.name), { ...value, shape: [most, ...value.shape] })),
    ],
    node: [
      {
        opType: 'Loop',
        input: [countInput, '', ...state.map(({ input }) => initialInput(input.name))],
        output: [...state.map(({ output }) => output), ...results.map(([output]) => output)],
        attribute: [{ name: 'body', type: onnx.AttributeProto.AttributeType.GRAPH, g: body }],
      },
    ],
    output: [
      ...state.map(({ output, update }) => valueInfo(output, update)),
      ...results.map(([output, value]) => valueInfo(output, { ...value, shape: [countInput, ...value.shape] })),
    ],
  });
}

/** A model that gives back its float32 input `x`, of any shape, as `y`. */
export function encodeIdentity(): Uint8Array {
  const anyShape = (name: string): onnx.IValueInfoProto => ({
    name,
    type: { tensorType: { elemType: elementTypes.float32 } },
  });
  return encodeProto({
    name: 'identity',
    input: [anyShape('x')],
    node: [{ opType: 'Identity', input: ['x'], output: ['y'] }],
    output: [anyShape('y')],
  });
}

/** The nodes that the outputs need, under the names of the outputs, with their constants. */
function encodeBody(
  graph: Graph,
  outputs: Readonly<Record<string, Value>>,
  named: ReadonlyMap<Value, NamedInput> = new Map(),
) {
  const nodes = sortedNodes(Object.values(outputs));
  const needed = new Set<Value | null>([...Object.values(outputs), ...nodes.flatMap((node) => node.inputs)]);
  const names = new Map([...named].map(([value, { name }]): [Value, string] => [value, name]));
  const copies: onnx.INodeProto[] = [];
  for (const [output, value] of Object.entries(outputs)) {
    if (value.producer !== null && !names.has(value)) names.set(value, output);
    // An input, a constant, or a value that is an output already: a second name for it costs a copy.
    else copies.push({ opType: 'Identity', input: [names.get(value) ?? value.name], output: [output] });
  }
  const nameOf = (value: Value): string => names.get(value) ?? value.name;
  return {
    needed,
    node: [...nodes.map((node) => encodeNode(node, nameOf)), ...copies],
    initializer: [
      ...graph.constants,
      ...[...named].flatMap(([value, { data }]): [Value, ConstantData][] => (data === null ? [] : [[value, data]])),
    ]
      .filter(([value]) => needed.has(value))
      .map(([value, data]) => ({
        name: nameOf(value),
        dataType: elementTypes[value.type],
        dims: [...value.shape],
        rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      })),
  };
}

function encodeProto(graph: onnx.IGraphProto): Uint8Array {
  const model = onnx.ModelProto.create({
    irVersion,
    producerName: 'distillery',
    opsetImport: [
      { domain: '', version: opset },
      ...[...domainsOf(graph)].sort().map((domain) => ({ domain, version: 1 })),
    ],
    graph,
  });
  return onnx.ModelProto.encode(model).finish();
}

/** Whose operations a graph has beside ONNX's own. Other runtimes refuse a model that only names what they lack. */
function domainsOf({ node }: onnx.IGraphProto): Set<string> {
  const domains = new Set<string>();
  for (const { domain, attribute } of node ?? []) {
    if (domain) domains.add(domain);
    for (const { g } of attribute ?? []) if (g != null) for (const each of domainsOf(g)) domains.add(each);
  }
  return domains;
}

function encodeNode(node: Node, nameOf: (value: Value) => string): onnx.INodeProto {
  return {
    opType: node.op,
    domain: node.domain,
    input: node.inputs.map((input) => (input === null ? '' : nameOf(input))),
    output: node.outputs.map(nameOf),
    attribute: Object.entries(node.attributes).map(([name, attribute]) => encodeAttribute(name, attribute)),
  };
}

function encodeAttribute(name: string, attribute: Attribute): onnx.IAttributeProto {
  const { AttributeType } = onnx.AttributeProto;
  switch (attribute.kind) {
    case 'int':
      return { name, type: AttributeType.INT, i: attribute.value };
    case 'float':
      return { name, type: AttributeType.FLOAT, f: attribute.value };
    case 'ints':
      return { name, type: AttributeType.INTS, ints: [...attribute.value] };
    case 'string':
      return { name, type: AttributeType.STRING, s: new TextEncoder().encode(attribute.value) };
  }
}

/** A size that is known only when the model runs has a name. */
function valueInfo(
  name: string,
  { type, shape }: { readonly type: ElementType; readonly shape: readonly (number | string)[] },
): onnx.IValueInfoProto {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: elementTypes[type], shape: { dim } } } };
}
