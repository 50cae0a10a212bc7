import { onnx } from 'onnx-proto';
import { sortedNodes, type Graph } from './graph.js';
import type { Attribute, ConstantData, ElementType, Node, Value } from './value.js';

export const elementTypes: Record<ElementType, onnx.TensorProto.DataType> = {
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
export function encodeBody(
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

export function encodeProto(graph: onnx.IGraphProto): Uint8Array {
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
export function valueInfo(
  name: string,
  { type, shape }: { readonly type: ElementType; readonly shape: readonly (number | string)[] },
): onnx.IValueInfoProto {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: elementTypes[type], shape: { dim } } } };
}
