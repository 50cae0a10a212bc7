import { onnx } from 'onnx-proto';
import { nearest } from '../../core/spec/settings/suggestion.js';
import { count } from '../../core/words.js';
import { decodeModel, notAModel } from './decodeModel.js';
import { namesOf, onnxProblem } from './onnxProblems.js';
import { chosenOutput, type FileOutput } from './outputs.js';

/** Operations between a classifier's last product and its output that give no features of their own. */
const after = new Set([
  ...['Identity', 'Cast', 'Softmax', 'LogSoftmax', 'Sigmoid', 'Clip', 'Add', 'Sub', 'Mul', 'Div', 'Neg'],
  ...['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Transpose'],
  ...['DequantizeLinear', 'QuantizeLinear'],
]);
/** A convolution that gives one number a class sees all there is, as after a global pooling: it is a product. */
const products = new Set(['Gemm', 'MatMul', 'FusedGemm', 'FusedMatMul', 'Conv', 'FusedConv']);

/** Operations of a graph. Networks with all their loops unrolled have some ten thousand. */
const mostNodes = 1_000_000;

/** A model whose only output is what its classifier sees. */
export interface CutModel {
  readonly bytes: Uint8Array;
  /** The tensor that is given out. */
  readonly features: string;
}

/**
 * Cuts a classifier before its last layer: what goes into the last product before its output, or the tensor that is
 * named, becomes the output, and what is needed for the classes alone is left out.
 * @param features the tensor; found where it is null
 * @throws ProblemError `onnx-not-a-model`, `onnx-outputs`, `onnx-features`
 */
export function cutBeforeHead(
  bytes: Uint8Array,
  { file, output, features }: { file: string; output: string | null; features: string | null },
): CutModel {
  const model = decodeModel(bytes, file);
  const graph = model.graph;
  if (graph == null) throw notAModel(file, 'it has no graph');
  const nodes = graph.node ?? [];
  if (nodes.length > mostNodes)
    throw notAModel(file, `it has ${count(nodes.length)} operations, expected at most ${count(mostNodes)}`);
  const name = features ?? lastInput(graph, { file, output });
  const made = nodes.flatMap((node) => node.output ?? []);
  if (!made.includes(name)) throw unknownTensor(name, { file, made });
  const needed = neededFor(name, nodes);
  const read = new Set(needed.flatMap(readBy));
  graph.node = needed;
  graph.initializer = (graph.initializer ?? []).filter((each) => read.has(each.name ?? ''));
  graph.sparseInitializer = (graph.sparseInitializer ?? []).filter((each) => read.has(each.values?.name ?? ''));
  graph.output = [{ name, type: { tensorType: { elemType: elementType(graph, name) } } }];
  return { bytes: onnx.ModelProto.encode(model).finish(), features: name };
}

/** What the last product on the way to an output reads beside its weights. */
function lastInput(graph: onnx.IGraphProto, { file, output }: { file: string; output: string | null }): string {
  const outputs = (graph.output ?? []).map(outputOf);
  const nodes = graph.node ?? [];
  const maker = new Map(nodes.flatMap((node) => (node.output ?? []).map((each) => [each, node] as const)));
  const constants = new Set((graph.initializer ?? []).map((each) => each.name ?? ''));
  const varying = madeOfPictures(nodes, constants);
  const seen = new Set<string>();
  for (let value = chosenOutput(outputs, { file, output }); !seen.has(value);) {
    seen.add(value);
    const node = maker.get(value);
    const inputs = (node?.input ?? []).filter((each) => varying.has(each));
    const [next] = inputs;
    if (node === undefined || next === undefined || inputs.length !== 1) break;
    if (products.has(node.opType ?? '')) return next;
    if (!after.has(node.opType ?? '')) break;
    value = next;
  }
  throw onnxProblem(file, {
    code: 'features',
    message: 'The last layer of this file was not found: its output does not come from a product with weights.',
    fix: 'Name the tensor that a new head is to see as `features`; netron.app shows the names.',
    path: 'model.features',
  });
}

/** The values that are made of pictures, and not of constants alone. Each node is looked at as often as it reads one. */
function madeOfPictures(nodes: readonly onnx.INodeProto[], constants: ReadonlySet<string>): ReadonlySet<string> {
  const made = new Set(nodes.flatMap((node) => node.output ?? []));
  const readers = new Map<string, onnx.INodeProto[]>();
  for (const node of nodes) {
    for (const name of new Set(node.input ?? [])) {
      const known = readers.get(name);
      if (known === undefined) readers.set(name, [node]);
      else known.push(node);
    }
  }
  const found = new Set([...readers.keys()].filter((name) => name !== '' && !made.has(name) && !constants.has(name)));
  // A set hands out what is added while it is gone through.
  for (const name of found) {
    for (const reader of readers.get(name) ?? []) for (const each of reader.output ?? []) found.add(each);
  }
  return found;
}

function unknownTensor(name: string, { file, made }: { file: string; made: readonly string[] }) {
  const near = nearest(name, made);
  return onnxProblem(file, {
    code: 'features',
    message: `No operation of the file makes a tensor \`${name}\`. The last ones are: ${namesOf(made.slice(-8))}.`,
    fix: near === null ? 'Name one of them as `features`.' : `Did you mean \`${near}\`?`,
    path: 'model.features',
  });
}

/** An output of a graph; one that does not say its type is taken for numbers, which ONNX Runtime checks. */
function outputOf({ name, type }: onnx.IValueInfoProto): FileOutput {
  const { FLOAT, FLOAT16, DOUBLE, BFLOAT16, UNDEFINED } = onnx.TensorProto.DataType;
  const numbers = new Set<number>([FLOAT, FLOAT16, DOUBLE, BFLOAT16, UNDEFINED]);
  const isMaps = type?.sequenceType != null || type?.mapType != null;
  const isNumbers = numbers.has(type?.tensorType?.elemType ?? UNDEFINED);
  return { name: name ?? '', kind: isMaps ? 'maps' : isNumbers ? 'numbers' : 'label' };
}

/** The nodes that a value is made by, in the order of the file, which is one in which they can be done. */
function neededFor(name: string, nodes: readonly onnx.INodeProto[]): onnx.INodeProto[] {
  const wanted = new Set([name]);
  const kept: onnx.INodeProto[] = [];
  for (const node of [...nodes].reverse()) {
    if (!(node.output ?? []).some((each) => wanted.has(each))) continue;
    kept.push(node);
    for (const each of readBy(node)) wanted.add(each);
  }
  return kept.reverse();
}

/** What a node reads, in the graphs inside it too: branches see the values around them. */
function readBy(node: onnx.INodeProto): string[] {
  const inner = (node.attribute ?? []).flatMap((attribute) => [
    ...(attribute.g == null ? [] : [attribute.g]),
    ...(attribute.graphs ?? []),
  ]);
  return [
    ...(node.input ?? []),
    ...inner.flatMap((graph) => [
      ...(graph.node ?? []).flatMap(readBy),
      ...(graph.output ?? []).map((each) => each.name ?? ''),
    ]),
  ];
}

/** As the file says it, or as its weights are: ONNX Runtime checks it. */
function elementType(graph: onnx.IGraphProto, name: string): number {
  const said = (graph.valueInfo ?? []).find((each) => each.name === name)?.type?.tensorType?.elemType;
  if (said != null && said !== 0) return said;
  const half = onnx.TensorProto.DataType.FLOAT16;
  const isHalf = (graph.initializer ?? []).some(({ dataType }) => dataType === half);
  return isHalf ? half : onnx.TensorProto.DataType.FLOAT;
}
