import { untraceable } from '../../trace/traceBackend.js';
import { inOrder } from '../../trace/view.js';
import { ints, sortedNodes, type Graph, type Node, type Value } from '../../graph/graph.js';

/**
 * Rewrites ONNX Runtime's own operations into plain ONNX, for providers that have only that. What they lack the runtime
 * computes on the CPU, and carries every operand there and back.
 *
 *   FusedMatMul(A, B, transA, transB) → MatMul(Aᵀ, Bᵀ)
 *   Conv of 6, 9, 15 … channels       → Conv of 8, 12, 16 …, the new ones being 0
 */
export function inPlainOnnx(graph: Graph, outputs: readonly Value[]): void {
  for (const node of sortedNodes(outputs)) {
    if (node.op === 'Conv') Object.assign(node, safeConvolution(graph, node));
    if (node.op === 'FusedMatMul') Object.assign(node, plainMatMul(graph, node));
    else if (node.domain !== '') throw new Error(`${node.op} has no form in plain ONNX`);
  }
}

function plainMatMul(
  graph: Graph,
  { inputs, attributes }: Node,
): Pick<Node, 'op' | 'domain' | 'inputs' | 'attributes'> {
  const [a, b] = inputs;
  if (a == null || b == null) throw new Error('FusedMatMul lacks a factor');
  const { transA, transB, ...others } = attributes;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Error(`FusedMatMul with ${unknown} has no form in plain ONNX`);
  const factor = (value: Value, transposed: Node['attributes'][string] | undefined): Value =>
    transposed?.kind === 'int' && transposed.value === 1 ? lastAxesSwapped(graph, value) : value;
  return { op: 'MatMul', domain: '', inputs: [factor(a, transA), factor(b, transB)], attributes: {} };
}

function lastAxesSwapped(graph: Graph, value: Value): Value {
  const rank = value.shape.length;
  const perm = [...inOrder(rank - 2), rank - 1, rank - 2];
  const shape = perm.map((axis) => value.shape[axis] ?? 1);
  return graph.node('Transpose', [value], { type: value.type, shape }, { perm: ints(perm) });
}

/**
 * What ONNX Runtime 1.30 computes wrong on WebGPU, and says nothing, is avoided or refused: numbers of channels that
 * divide by 3 and not by 4 (it reads them in threes, and only 3 comes out right), and groups of nine outputs.
 */
function safeConvolution(graph: Graph, { inputs, attributes }: Node): Pick<Node, 'inputs'> {
  const [x, kernel, ...bias] = inputs;
  if (x == null || kernel == null) throw new Error('Conv lacks an operand');
  const groups = attributes.group?.kind === 'int' ? attributes.group.value : 1;
  const outputs = (kernel.shape[0] ?? 0) / groups;
  if (groups > 1 && outputs > 4 && outputs % 4 !== 0) {
    throw untraceable(`a convolution in groups of ${outputs.toString()} outputs`, 'Choose the engine "onnx/cpu".');
  }
  const channels = x.shape[1] ?? 0;
  if (groups > 1 || channels <= 3 || channels % 3 !== 0 || channels % 4 === 0) return { inputs };
  const added = 4 - (channels % 4);
  return { inputs: [withChannels(graph, x, added), withChannels(graph, kernel, added), ...bias] };
}

/** A tensor [n, channels, h, w] with so many channels of zeros more. */
function withChannels(graph: Graph, value: Value, added: number): Value {
  const shape = value.shape.map((size, axis) => (axis === 1 ? size + added : size));
  const pads = [0, 0, 0, 0, 0, added, 0, 0];
  return graph.node('Pad', [value, graph.list(pads), graph.scalar(0)], { type: value.type, shape });
}
