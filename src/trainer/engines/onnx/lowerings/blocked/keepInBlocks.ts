import { int, readersOf, sizeOf, sortedNodes, text, type Graph, type Node, type Value } from '../../graph/graph.js';
import { channelProducts, channelSums, inBlocks, nchwc, outOfBlocks, scaledChannels } from './nchwc.js';
import { behindReshapes, PicturesInBlocks } from './picturesInBlocks.js';
import { at, reshaped } from '../../trace/view.js';

/**
 * Keeps pictures in blocks of channels from one convolution to the next. A convolution of blocks is recorded with its
 * pictures brought into that order before and out of it after; here the two cancel:
 *
 *   into blocks(out of blocks(B))  → B
 *   f(out of blocks(B), …)         → out of blocks(f(B, …))     element by element; normalization
 *   Σ(out of blocks(B))            → Σ in blocks                sums and products of a channel
 *   Relu(convolution), convolution + convolution     → done by the convolution
 *
 * Pictures are brought out of blocks only for what is left, as pooling.
 */
export function keepInBlocks(graph: Graph, outputs: readonly Value[], block: number): void {
  const nodes = sortedNodes(outputs);
  const replaced = new Map<Value, Value>();
  const pictures = new PicturesInBlocks(graph, nodes);
  for (const node of nodes) {
    node.inputs = node.inputs.map((input) => (input === null ? null : (replaced.get(input) ?? input)));
    const [result] = node.outputs;
    if (result === undefined) continue;
    if (node.op === 'ReorderInput') {
      const blocked = pictures.inBlocks(node.inputs[0]);
      if (blocked !== null && blocked !== result && sameShape(blocked, result)) replaced.set(result, blocked);
      continue;
    }
    const rewritten = rewrites[node.op]?.(graph, node, { result, block, pictures }) ?? null;
    // What reads the result finds it seen in its own shape.
    if (rewritten !== null) Object.assign(node, seenAs(graph, rewritten, result.shape));
  }
  absorb(outputs);
}

interface Place {
  readonly result: Value;
  readonly block: number;
  readonly pictures: PicturesInBlocks;
}

/** What makes the same result, in any shape; null where nothing is gained. */
type Rewrite = (graph: Graph, node: Node, place: Place) => Value | null;

const elementByElement: Rewrite = (graph, { op, inputs, attributes }, { result, pictures }) => {
  const operands = inputs.filter((input) => input !== null);
  // A plain convolution applies the ReLU after it by itself.
  if (op === 'Relu' && behindReshapes(operands[0])?.producer?.op === 'Conv') return null;
  const blocked = operands.map((operand) => (sameShape(operand, result) ? pictures.inBlocks(operand) : null));
  const guide = blocked.find((value) => value !== null);
  if (guide === undefined) return null;
  const vector = operands.find((operand) => isOfChannels(operand, { result, channels: at(guide.shape, 1) }));
  if (vector !== undefined) return ofChannels(graph, { op, x: guide, vector });
  const alike: Value[] = [];
  for (const [index, operand] of operands.entries()) {
    if (operand.shape.length === 0) alike.push(operand);
    else if (sameShape(operand, result)) {
      alike.push(blocked[index] ?? inBlocks(graph, reshaped(graph, operand, guide.shape)));
    } else return null;
  }
  return outOfBlocks(graph, graph.node(op, alike, guide, attributes));
};

/** x · vector and x + vector with a number for each channel. */
function ofChannels(graph: Graph, { op, x, vector }: { op: string; x: Value; vector: Value }): Value | null {
  const numbers = reshaped(graph, vector, [sizeOf(vector.shape)]);
  if (op === 'Mul') return outOfBlocks(graph, scaledChannels(graph, x, { factor: numbers, shift: null }));
  if (op !== 'Add') return null;
  const ones = graph.repeated(1, numbers);
  return outOfBlocks(graph, scaledChannels(graph, x, { factor: ones, shift: numbers }));
}

/** scale · (x − mean) / √(variance + ε) + offset of x [1, channels, numbers of a channel]. */
const normalization: Rewrite = (graph, { inputs, attributes }, { pictures }) => {
  const [x, scale, offset, mean, variance] = inputs;
  if (x == null || scale == null || offset == null || mean == null || variance == null) return null;
  const blocked = pictures.inBlocks(x);
  const { epsilon } = attributes;
  if (epsilon?.kind !== 'float' || blocked === null) return null;
  const computed = (op: string, ...operands: [Value] | [Value, Value]): Value => graph.node(op, operands, scale);
  const deviation = computed('Sqrt', computed('Add', variance, graph.scalar(epsilon.value)));
  const factor = computed('Div', scale, deviation);
  const shift = computed('Sub', offset, computed('Mul', mean, factor));
  return outOfBlocks(graph, scaledChannels(graph, blocked, { factor, shift }));
};

/** Σ left · right along the rows of [channels, 1, numbers of a channel]. */
const rowProducts: Rewrite = (graph, { inputs }, { result, block, pictures }) => {
  const [left, right] = inputs;
  if (left == null || right == null || !sameShape(left, right)) return null;
  const blocked = { left: pictures.inBlocks(left), right: pictures.inBlocks(right) };
  const guide = blocked.left ?? blocked.right;
  const channels = guide?.shape[1];
  if (guide === null || left.shape[0] !== channels || sizeOf(result.shape) !== channels) return null;
  const factor = (value: Value, known: Value | null): Value =>
    known ?? inBlocks(graph, reshaped(graph, value, guide.shape));
  return channelProducts(graph, {
    left: factor(left, blocked.left),
    right: factor(right, blocked.right),
    block,
  });
};

/** Sums or means of all that a channel has. */
const sums =
  (weightOf: (count: number) => number): Rewrite =>
  (graph, { inputs }, { result, block, pictures }) => {
    const [x] = inputs;
    const blocked = pictures.inBlocks(x);
    if (x == null || blocked === null) return null;
    const channels = at(blocked.shape, 1);
    if (x.shape[0] !== channels || sizeOf(result.shape) !== channels) return null;
    return channelSums(graph, blocked, { weight: weightOf(sizeOf(x.shape) / channels), block });
  };

const rewrites: Readonly<Record<string, Rewrite>> = {
  Add: elementByElement,
  Sub: elementByElement,
  Mul: elementByElement,
  Neg: elementByElement,
  Relu: elementByElement,
  HardSigmoid: elementByElement,
  BatchNormalization: normalization,
  FusedMatMul: rowProducts,
  ReduceSum: sums(() => 1),
  ReduceMean: sums((count) => 1 / count),
};

/** Lets convolutions of blocks do what alone reads them: add the result of another one, apply a ReLU. */
function absorb(outputs: readonly Value[]): void {
  const nodes = sortedNodes(outputs);
  const readers = readersOf(outputs, nodes);
  const convolution = (value: Value | null | undefined): Node | null => {
    const { producer } = value ?? {};
    return producer?.op === 'Conv' && producer.domain === nchwc && readers.get(at(producer.outputs, 0)) === 1
      ? producer
      : null;
  };
  for (const node of nodes) {
    const [first, second] = node.inputs.map(convolution);
    if (first == null) continue;
    const { op, domain, inputs, attributes } = first;
    if (node.op === 'Relu')
      Object.assign(node, { op, domain, inputs, attributes: { ...attributes, activation: text('Relu') } });
    // What is added is overwritten with the sum: were it read again, ONNX Runtime would copy it in one thread.
    if (node.op === 'Add' && second != null && inputs.length < 4 && attributes['activation'] === undefined) {
      const [x = null, kernel = null, shift = null] = inputs;
      Object.assign(node, { op, domain, inputs: [x, kernel, shift, node.inputs[1]], attributes });
    }
  }
}

const sameShape = (left: Value, right: Value): boolean =>
  left.shape.length === right.shape.length && left.shape.every((size, axis) => size === right.shape[axis]);

/** A number for each channel, laid along the first axis of the result. */
const isOfChannels = (value: Value, { result, channels }: { result: Value; channels: number }): boolean =>
  sizeOf(value.shape) === channels && result.shape[0] === channels && value.shape.at(-result.shape.length) === channels;

const seenAs = (graph: Graph, value: Value, shape: readonly number[]) =>
  ({ op: 'Reshape', domain: '', inputs: [value, graph.list(shape)], attributes: { allowzero: int(1) } }) as const;
