import type { Graph } from '../graph/graph.js';
import { at, reshape, reshaped } from '../graph/shapes.js';
import {
  float,
  float32,
  int,
  operation,
  sizeOf,
  type Attributes,
  type Node,
  type Operation,
  type Value,
} from '../graph/value.js';
import { operands, rule, type Rule } from './rewrite.js';

/**
 * Rules that take what follows a product or a convolution into the operation itself: its bias, and the update of the
 * weights it is the gradient of. A step of training reads and writes every weight, its gradient and its slots; each pass
 * over them that is saved counts. With plain SGD the gradient itself is never written.
 *
 * Only where the product has no other reader. A product that is seen in another shape is found behind its `Reshape`: the
 * gradient of a kernel, the result of a convolution.
 * @param views operations that show the same numbers in another shape, or in another order of memory
 */
export function fusions(views: readonly string[] = ['Reshape']): Rule[] {
  const product = (graph: Graph, op: 'Gemm' | 'Conv', result: Value): Product | null =>
    loneProduct(graph, { op, result, views });
  return [
    rule('Gemm(A, B) + m·C → Gemm(A, B, C, beta = m)', {
      at: ['Add'],
      matches: (node, graph) =>
        eitherWay(node, (result, addend) => {
          const found = product(graph, 'Gemm', result);
          return found !== null && fits(addend, found) ? { product: found, addend } : null;
        }),
      becomes: (graph, { product, addend }) => {
        const scaled = scaledBy(graph, addend);
        const [c, beta] = scaled?.factor.scalar == null ? [addend, 1] : [scaled.value, scaled.factor.scalar];
        const inputs = [...product.node.inputs, asProduct(graph, c, product)];
        return fused(graph, product, { inputs, attributes: beta === 1 ? {} : { beta: float(beta) } });
      },
    }),
    rule('Conv(X, W) + bias → Conv(X, W, bias)', {
      at: ['Add'],
      matches: (node, graph) =>
        eitherWay(node, (result, addend) => {
          const found = product(graph, 'Conv', result);
          if (found === null) return null;
          const channels = at(found.value.shape, 1);
          return isBias(addend, { channels, rank: result.shape.length }) ? { product: found, addend, channels } : null;
        }),
      becomes: (graph, { product, addend, channels }) =>
        fused(graph, product, { inputs: [...product.node.inputs, reshaped(graph, addend, [channels])] }),
    }),
    rule('P − lr·Gemm(A, B) → Gemm(−lr·A, B, P)', {
      at: ['Sub'],
      matches: (node, graph) => {
        const [minuend, subtrahend] = operands(node);
        const scaled = scaledBy(graph, subtrahend);
        const found = scaled === null ? null : product(graph, 'Gemm', scaled.value);
        return scaled !== null && found !== null && fits(minuend, found)
          ? { product: found, minuend, rate: scaled.factor }
          : null;
      },
      becomes: (graph, { product, minuend, rate }) => {
        const [a, b] = operands(product.node);
        const backwards = graph.node('Neg', [rate], rate);
        const scale = (value: Value): Value => graph.node('Mul', [value, backwards], value);
        // Scaling a factor of the product is cheaper than scaling the product: the batch is smaller than the layer.
        const factors = sizeOf(a.shape) <= sizeOf(b.shape) ? [scale(a), b] : [a, scale(b)];
        return fused(graph, product, { inputs: [...factors, asProduct(graph, minuend, product)] });
      },
    }),
    rule('Relu(Reshape(Conv)) → Reshape(Relu(Conv)), of which ONNX Runtime makes one node', {
      at: ['Relu'],
      matches: ({ inputs: [x] }, graph) => {
        const seen = madeBy(graph, 'Reshape', x);
        return seen !== null && madeBy(graph, 'Conv', seen.inputs[0]) !== null ? seen : null;
      },
      becomes: (graph, seen) => {
        const [source, shape] = operands(seen);
        return { ...seen, inputs: [graph.node('Relu', [source], source), shape] };
      },
    }),
    rule('Σ X·X → ReduceSumSquare(X): the norms of bounded weights', {
      at: ['ReduceSum'],
      matches: ({ inputs: [summed] }, graph) => {
        const squares = madeBy(graph, 'Mul', summed);
        return squares !== null && squares.inputs[0] === squares.inputs[1] ? squares : null;
      },
      becomes: (_, squares, { inputs: [, axes = null], attributes }) =>
        operation('ReduceSumSquare', [at(squares.inputs, 0), axes], attributes),
    }),
  ];
}

/** From here on products of rows are faster than the elements' products and their sum. */
const longRow = 1024;

/** With an operation of ONNX Runtime's: the statistics of batch normalization. */
export const rowProducts: Rule = rule('Σ X·Y along long rows → X·Yᵀ row by row', {
  at: ['ReduceSum'],
  matches: ({ inputs: [summed, axes] }, graph) => {
    const products = madeBy(graph, 'Mul', summed);
    if (summed == null || products === null || axes == null) return null;
    const factors = operands(products);
    const [left, right] = factors;
    const rank = summed.shape.length;
    const reduced = Array.from(graph.constants.get(axes) ?? [], Number);
    const length = sizeOf(reduced.map((axis) => summed.shape[axis] ?? 1));
    const isInner = reduced.every((axis, index) => axis === rank - reduced.length + index);
    if (!isInner || length < longRow || sizeOf(left.shape) !== sizeOf(right.shape)) return null;
    return { factors, length, rows: sizeOf(summed.shape) / length };
  },
  becomes: (graph, { factors, length, rows }, { outputs }) => {
    const product = graph.node(
      'FusedMatMul',
      factors.map((value) => reshaped(graph, value, [rows, 1, length])),
      float32([rows, 1, 1]),
      { transA: int(0), transB: int(1) },
      'com.microsoft',
    );
    return reshape(graph, product, at(outputs, 0).shape);
  },
});

/** A product or convolution, and how its result is seen. */
interface Product {
  readonly node: Node;
  /** What the node makes. */
  readonly value: Value;
  /** Through what it is seen, the outermost first. */
  readonly seen: readonly Node[];
}

/** The node that makes a value, where it is of that kind, takes no third operand yet and has one reader. */
function loneProduct(
  graph: Graph,
  { op, result, views }: { op: 'Gemm' | 'Conv'; result: Value; views: readonly string[] },
): Product | null {
  const seen: Node[] = [];
  let value: Value | null | undefined = result;
  while (value?.producer != null && isReadOnce(graph, value)) {
    const node: Node = value.producer;
    if (node.op === op) return node.inputs.length === 2 ? { node, value, seen } : null;
    if (!views.includes(node.op)) return null;
    seen.push(node);
    [value] = node.inputs;
  }
  return null;
}

/** The product with other operands, seen as it was. */
function fused(
  graph: Graph,
  { node, value, seen }: Product,
  { inputs, attributes = {} }: { inputs: Operation['inputs']; attributes?: Attributes },
): Operation {
  let made: Operation = { ...node, inputs, attributes: { ...node.attributes, ...attributes } };
  let type = value;
  for (const view of seen.toReversed()) {
    const result = graph.node(made.op, made.inputs, type, made.attributes, made.domain);
    made = { ...view, inputs: [result, ...view.inputs.slice(1)] };
    type = at(view.outputs, 0);
  }
  return made;
}

/** value = factor · something, with a factor of one element. */
function scaledBy(graph: Graph, value: Value): { factor: Value; value: Value } | null {
  const product = madeBy(graph, 'Mul', value);
  if (product === null) return null;
  return eitherWay(product, (factor, value) => (factor.shape.length === 0 ? { factor, value } : null));
}

/** Whether ONNX's Gemm accepts `addend` as its C; of a product seen in another shape only as a whole. */
function fits(addend: Value, { value, seen }: Product): boolean {
  if (seen.length > 0) return sizeOf(addend.shape) === sizeOf(value.shape);
  const missing = value.shape.length - addend.shape.length;
  return missing >= 0 && addend.shape.every((size, axis) => size === 1 || size === value.shape[axis + missing]);
}

/** An operand in the shape that the product has before it is seen. */
const asProduct = (graph: Graph, operand: Value, { value, seen }: Product): Value =>
  seen.length > 0 ? reshaped(graph, operand, value.shape) : operand;

/** One number a channel, laid along the channels, which come first of the result's axes. */
const isBias = (addend: Value, { channels, rank }: { channels: number; rank: number }): boolean =>
  sizeOf(addend.shape) === channels && addend.shape.at(-rank) === channels;

const isReadOnce = (graph: Graph, value: Value): boolean => graph.readersOf(value) <= 1;

/** The node that makes a value, where it is of that kind and nobody else reads the value. */
const madeBy = (graph: Graph, op: string, value: Value | null | undefined): Node | null =>
  value?.producer?.op === op && isReadOnce(graph, value) ? value.producer : null;

/** What is found with the operands of a node in their order, or else in the other one. */
function eitherWay<Found>(node: Node, find: (left: Value, right: Value) => Found | null): Found | null {
  const [left, right] = operands(node);
  return find(left, right) ?? find(right, left);
}
