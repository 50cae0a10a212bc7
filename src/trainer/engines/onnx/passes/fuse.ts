import {
  float,
  int,
  readersOf,
  sizeOf,
  sortedNodes,
  type Graph,
  type Node,
  type OutputType,
  type Value,
} from '../graph/graph.js';
import { reshaped } from '../trace/view.js';

/**
 * Rewrites what follows a product or a convolution into the operation itself: its bias, and the update of the weights
 * it is the gradient of. A step of training reads and writes every weight, its gradient and its slots; each pass over
 * them that is saved counts.
 *
 *   Gemm(A, B) + C          → Gemm(A, B, C)
 *   Gemm(A, B) + m·C        → Gemm(A, B, C, beta = m)      momentum, weight decay
 *   P − lr·Gemm(A, B)       → Gemm(−lr·A, B, P)            plain SGD: the gradient itself is never written
 *   Conv(X, W) + bias       → Conv(X, W, bias)
 *   Relu(Reshape(Conv))     → Reshape(Relu(Conv))          ONNX Runtime makes one node of the two
 *   Σ X·Y along long rows   → X·Yᵀ row by row              statistics of batch normalization; not in plain ONNX
 *   Σ X·X                   → ReduceSumSquare(X)           the norms of bounded weights
 *
 * Only where the product has no other reader. A product that is seen in another shape is found behind its `Reshape`: the
 * gradient of a kernel, the result of a convolution.
 */
export function fuse(graph: Graph, outputs: readonly Value[], { plain = false }: { plain?: boolean } = {}): void {
  const nodes = sortedNodes(outputs);
  const readers = readersOf(outputs, nodes);
  // What is not counted was made below, for one reader.
  const once = (value: Value): boolean => (readers.get(value) ?? 1) === 1;
  for (const node of nodes) {
    const fused = (plain ? null : fusedRows(graph, node, once)) ?? fusions[node.op]?.(graph, node, once) ?? null;
    if (fused !== null) Object.assign(node, fused);
  }
}

const fusions: Readonly<Record<string, (graph: Graph, node: Node, once: ReadOnce) => Fused | null>> = {
  Add: fusedAdd,
  Sub: fusedSub,
  Relu: fusedRelu,
  ReduceSum: fusedSum,
};

type Fused = Pick<Node, 'op' | 'inputs' | 'attributes'> & Partial<Pick<Node, 'domain'>>;
type ReadOnce = (value: Value) => boolean;

function fusedAdd(graph: Graph, node: Node, once: ReadOnce): Fused | null {
  const [left, right] = operands(node);
  for (const [result, addend] of [[left, right] as const, [right, left] as const]) {
    const product = lone('Gemm', result, once);
    if (product !== null && fits(addend, product)) {
      const scaled = scaledBy(addend, once);
      const [c, beta] = scaled?.factor.scalar == null ? [addend, 1] : [scaled.value, scaled.factor.scalar];
      return fused(graph, product, {
        inputs: [...product.node.inputs, product.seen.length > 0 ? reshaped(graph, c, product.value.shape) : c],
        attributes: { ...product.node.attributes, ...(beta === 1 ? {} : { beta: float(beta) }) },
      });
    }
    const convolution = lone('Conv', result, once);
    const channels = convolution?.value.shape[1];
    if (convolution !== null && channels !== undefined && isBias(addend, { channels, rank: result.shape.length })) {
      return fused(graph, convolution, {
        inputs: [...convolution.node.inputs, reshaped(graph, addend, [channels])],
        attributes: convolution.node.attributes,
      });
    }
  }
  return null;
}

function fusedSub(graph: Graph, node: Node, once: ReadOnce): Fused | null {
  const [minuend, subtrahend] = operands(node);
  const scaled = scaledBy(subtrahend, once);
  const product = scaled === null ? null : lone('Gemm', scaled.value, once);
  if (scaled === null || product === null || !fits(minuend, product)) return null;
  const [a, b] = operands(product.node);
  const rate = graph.node('Neg', [scaled.factor], scaled.factor);
  const scale = (value: Value): Value => graph.node('Mul', [value, rate], value);
  // Scaling a factor of the product is cheaper than scaling the product: the batch is smaller than the layer.
  const factors = sizeOf(a.shape) <= sizeOf(b.shape) ? [scale(a), b] : [a, scale(b)];
  return fused(graph, product, {
    inputs: [...factors, product.seen.length > 0 ? reshaped(graph, minuend, product.value.shape) : minuend],
    attributes: product.node.attributes,
  });
}

function fusedRelu(graph: Graph, { inputs }: Node, once: ReadOnce): Fused | null {
  const [x] = inputs;
  if (x?.producer?.op !== 'Reshape' || !once(x)) return null;
  const [source, shape] = operands(x.producer);
  if (source.producer?.op !== 'Conv' || !once(source)) return null;
  const { attributes } = x.producer;
  return { op: 'Reshape', inputs: [graph.node('Relu', [source], source), shape], attributes };
}

function fusedSum(_: Graph, { inputs, attributes }: Node, once: ReadOnce): Fused | null {
  const [summed, axes] = inputs;
  if (summed?.producer?.op !== 'Mul' || axes == null || !once(summed)) return null;
  const [left, right] = operands(summed.producer);
  return left === right ? { op: 'ReduceSumSquare', inputs: [left, axes], attributes } : null;
}

/** A sum of products over the innermost axes. */
function fusedRows(graph: Graph, { op, inputs, outputs }: Node, once: ReadOnce): Fused | null {
  const [summed, axes] = inputs;
  const [result] = outputs;
  if (op !== 'ReduceSum' || summed?.producer?.op !== 'Mul' || axes == null || result === undefined) return null;
  const [left, right] = operands(summed.producer);
  const rank = summed.shape.length;
  const reduced = Array.from(graph.dataOf(axes) ?? [], Number);
  const length = sizeOf(reduced.map((axis) => summed.shape[axis] ?? 1));
  const inner = reduced.every((axis, index) => axis === rank - reduced.length + index);
  if (!inner || length < longRow || sizeOf(left.shape) !== sizeOf(right.shape) || !once(summed)) return null;
  const rows = sizeOf(summed.shape) / length;
  const product = graph.node(
    'FusedMatMul',
    [left, right].map((value) => reshaped(graph, value, [rows, 1, length])),
    { type: 'float32', shape: [rows, 1, 1] },
    { transA: int(0), transB: int(1) },
    'com.microsoft',
  );
  return { op: 'Reshape', inputs: [product, graph.list(result.shape)], attributes: { allowzero: int(1) } };
}

/** From here on products of rows are faster than the elements' products and their sum. */
const longRow = 1024;

/** Operations that show the same numbers in another shape or order of memory. */
const views: ReadonlySet<string> = new Set(['Reshape', 'ReorderOutput']);

/** A product or convolution, and how its result is seen. */
interface Product {
  readonly node: Node;
  /** What the node makes. */
  readonly value: Value;
  /** Through what it is seen, the outermost first. */
  readonly seen: readonly Node[];
}

/** The node that makes a value, where it is of that kind, takes no third operand yet and has one reader. */
function lone(op: 'Gemm' | 'Conv', result: Value, once: ReadOnce): Product | null {
  const seen: Node[] = [];
  let value: Value | null | undefined = result;
  while (value?.producer != null && once(value)) {
    const producer: Node = value.producer;
    if (producer.op === op) return producer.inputs.length === 2 ? { node: producer, value, seen } : null;
    if (!views.has(producer.op)) return null;
    seen.push(producer);
    [value] = producer.inputs;
  }
  return null;
}

/** The product with other operands, seen as it was. */
function fused(
  graph: Graph,
  { node: { op, domain }, value, seen }: Product,
  { inputs, attributes }: Pick<Node, 'inputs' | 'attributes'>,
): Fused {
  let made: Required<Fused> = { op, inputs, attributes, domain };
  let type: OutputType = value;
  for (const view of seen.toReversed()) {
    const result = graph.node(made.op, made.inputs, type, made.attributes, made.domain);
    made = { ...view, inputs: [result, ...view.inputs.slice(1)] };
    type = view.outputs[0] ?? type;
  }
  return { op: made.op, inputs: made.inputs, attributes: made.attributes, domain: made.domain };
}

/** value = factor · something, with a factor of one element. */
function scaledBy(value: Value, once: ReadOnce): { factor: Value; value: Value } | null {
  if (value.producer?.op !== 'Mul' || !once(value)) return null;
  const [left, right] = operands(value.producer);
  if (left.shape.length === 0) return { factor: left, value: right };
  if (right.shape.length === 0) return { factor: right, value: left };
  return null;
}

/** Whether ONNX's Gemm accepts `addend` as its C; of a product seen in another shape only as a whole. */
function fits(addend: Value, { value, seen }: Product): boolean {
  if (seen.length > 0) return sizeOf(addend.shape) === sizeOf(value.shape);
  const missing = value.shape.length - addend.shape.length;
  return missing >= 0 && addend.shape.every((size, axis) => size === 1 || size === value.shape[axis + missing]);
}

/** One number a channel, laid along the channels, which come first of the result's axes. */
const isBias = (addend: Value, { channels, rank }: { channels: number; rank: number }): boolean =>
  sizeOf(addend.shape) === channels && addend.shape.at(-rank) === channels;

function operands(node: Node): [Value, Value] {
  const [left, right] = node.inputs;
  if (left == null || right == null) throw new Error(`${node.op} lacks an operand`);
  return [left, right];
}
