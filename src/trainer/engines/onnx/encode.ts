import { onnx } from 'onnx-proto';
import { sortedNodes, type Attribute, type ElementType, type Graph, type Node, type Value } from './graph.js';

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

/**
 * A graph as the bytes of an ONNX `ModelProto`. Only what the outputs need is written.
 * @param outputs values to be returned, each under a name of its own
 */
export function encodeModel(
  graph: Graph,
  { name, outputs }: { name: string; outputs: Readonly<Record<string, Value>> },
): Uint8Array {
  const nodes = sortedNodes(Object.values(outputs));
  const needed = new Set([...Object.values(outputs), ...nodes.flatMap((node) => node.inputs)]);
  const names = new Map<Value, string>();
  const copies: onnx.INodeProto[] = [];
  for (const [output, value] of Object.entries(outputs)) {
    if (value.producer !== null && !names.has(value)) names.set(value, output);
    // An input, a constant, or a value that is an output already: a second name for it costs a copy.
    else copies.push({ opType: 'Identity', input: [names.get(value) ?? value.name], output: [output] });
  }
  const nameOf = (value: Value): string => names.get(value) ?? value.name;
  const model = onnx.ModelProto.create({
    irVersion,
    producerName: 'distillery',
    opsetImport: [
      { domain: '', version: opset },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: {
      name,
      node: [...nodes.map((node) => encodeNode(node, nameOf)), ...copies],
      input: graph.inputs.filter((input) => needed.has(input)).map((value) => valueInfo(value.name, value)),
      output: Object.entries(outputs).map(([output, value]) => valueInfo(output, value)),
      initializer: graph.constants
        .filter(({ value }) => needed.has(value))
        .map(({ value, data }) => ({
          name: value.name,
          dataType: elementTypes[value.type],
          dims: [...value.shape],
          rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
        })),
    },
  });
  return onnx.ModelProto.encode(model).finish();
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

function valueInfo(name: string, { type, shape }: Value): onnx.IValueInfoProto {
  return {
    name,
    type: { tensorType: { elemType: elementTypes[type], shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
  };
}
