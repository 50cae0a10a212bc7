import { float, sizeOf, sortedNodes, type Graph, type Node, type Value } from './graph.js';
import { reshaped } from './view.js';

/**
 * Rewrites what follows a product or a convolution into the operation itself: its bias, and the update of the weights
 * it is the gradient of. A step of training reads and writes every weight, its gradient and its slots; each pass over
 * them that is saved counts.
 *
 *   Gemm(A, B) + C          → Gemm(A, B, C)
 *   Gemm(A, B) + m·C        → Gemm(A, B, C, beta = m)      momentum, weight decay
 *   P − lr·Gemm(A, B)       → Gemm(−lr·A, B, P)            plain SGD: the gradient itself is never written
 *   Conv(X, W) + bias       → Conv(X, W, bias)
 *   Σ X·X                   → ReduceSumSquare(X)           the norms of bounded weights
 *
 * Only where the product has no other reader.
 */
export function fuse(graph: Graph, outputs: readonly Value[]): void {
  const nodes = sortedNodes(outputs);
  const readers = new Map<Value, number>();
  for (const value of [...outputs, ...nodes.flatMap((node) => node.inputs)]) {
    if (value !== null) readers.set(value, (readers.get(value) ?? 0) + 1);
  }
  const once = (value: Value): boolean => readers.get(value) === 1;
  for (const node of nodes) {
    const fused = fusions[node.op]?.(graph, node, once) ?? null;
    if (fused !== null) Object.assign(node, fused);
  }
}

const fusions: Readonly<Record<string, (graph: Graph, node: Node, once: ReadOnce) => Fused | null>> = {
  Add: fusedAdd,
  Sub: fusedSub,
  ReduceSum: fusedSum,
};

type Fused = Pick<Node, 'op' | 'inputs' | 'attributes'>;
type ReadOnce = (value: Value) => boolean;

function fusedAdd(graph: Graph, node: Node, once: ReadOnce): Fused | null {
  const [left, right] = operands(node);
  for (const [result, addend] of [[left, right] as const, [right, left] as const]) {
    const product = lone('Gemm', result, once);
    if (product !== null && broadcasts(addend, result)) {
      const scaled = scaledBy(addend, once);
      const [c, beta] = scaled?.factor.scalar == null ? [addend, 1] : [scaled.value, scaled.factor.scalar];
      return {
        op: 'Gemm',
        inputs: [...product.inputs, c],
        attributes: { ...product.attributes, ...(beta === 1 ? {} : { beta: float(beta) }) },
      };
    }
    const convolution = lone('Conv', result, once);
    const channels = result.shape[1];
    if (convolution !== null && channels !== undefined && isBias(addend, channels)) {
      return {
        op: 'Conv',
        inputs: [...convolution.inputs, reshaped(graph, addend, [channels])],
        attributes: convolution.attributes,
      };
    }
  }
  return null;
}

function fusedSub(graph: Graph, node: Node, once: ReadOnce): Fused | null {
  const [minuend, subtrahend] = operands(node);
  const scaled = scaledBy(subtrahend, once);
  const product = scaled === null ? null : lone('Gemm', scaled.value, once);
  if (scaled === null || product === null || !broadcasts(minuend, subtrahend)) return null;
  const [a, b] = operands(product);
  const rate = graph.node('Neg', [scaled.factor], scaled.factor);
  const scale = (value: Value): Value => graph.node('Mul', [value, rate], value);
  // Scaling a factor of the product is cheaper than scaling the product: the batch is smaller than the layer.
  const factors = sizeOf(a.shape) <= sizeOf(b.shape) ? [scale(a), b] : [a, scale(b)];
  return { op: 'Gemm', inputs: [...factors, minuend], attributes: product.attributes };
}

function fusedSum(_: Graph, { inputs, attributes }: Node, once: ReadOnce): Fused | null {
  const [summed, axes] = inputs;
  if (summed?.producer?.op !== 'Mul' || axes == null || !once(summed)) return null;
  const [left, right] = operands(summed.producer);
  return left === right ? { op: 'ReduceSumSquare', inputs: [left, axes], attributes } : null;
}

/** The node that makes a value, where it is of that kind, takes no third operand yet and has one reader. */
function lone(op: 'Gemm' | 'Conv', value: Value, once: ReadOnce): Node | null {
  const { producer } = value;
  return producer?.op === op && producer.inputs.length === 2 && once(value) ? producer : null;
}

/** value = factor · something, with a factor of one element. */
function scaledBy(value: Value, once: ReadOnce): { factor: Value; value: Value } | null {
  if (value.producer?.op !== 'Mul' || !once(value)) return null;
  const [left, right] = operands(value.producer);
  if (left.shape.length === 0) return { factor: left, value: right };
  if (right.shape.length === 0) return { factor: right, value: left };
  return null;
}

/** Whether ONNX's Gemm accepts `addend` as its C. */
function broadcasts(addend: Value, result: Value): boolean {
  const missing = result.shape.length - addend.shape.length;
  return missing >= 0 && addend.shape.every((size, axis) => size === 1 || size === result.shape[axis + missing]);
}

/** One number a channel, laid along the channels. */
const isBias = (addend: Value, channels: number): boolean =>
  sizeOf(addend.shape) === channels && addend.shape.at(-3) === channels;

function operands(node: Node): [Value, Value] {
  const [left, right] = node.inputs;
  if (left == null || right == null) throw new Error(`${node.op} lacks an operand`);
  return [left, right];
}
