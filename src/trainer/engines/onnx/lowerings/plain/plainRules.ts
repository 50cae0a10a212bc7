import type { Graph } from '../../graph/graph.js';
import { at, inOrder, transposed } from '../../graph/shapes.js';
import { operation, type Attribute, type Node, type Value } from '../../graph/value.js';
import { operands, rule, type Rule } from '../../passes/rewrite.js';
import { untraceable } from '../../trace/traceBackend.js';

/**
 * Rules from ONNX Runtime's own operations to plain ONNX, for providers that have only that: what they lack the runtime
 * computes on the CPU, and carries every operand there and back. And round what ONNX Runtime 1.30 computes wrong on
 * WebGPU, and says nothing: convolutions of numbers of channels that divide by 3 and not by 4 (it reads them in threes,
 * and only 3 comes out right), and groups of nine outputs.
 */
export const plainRules: readonly Rule[] = [
  rule('FusedMatMul(A, B, transA, transB) → MatMul(Aᵀ, Bᵀ)', {
    at: ['FusedMatMul'],
    matches: (node) => operands(node),
    becomes: (graph, [a, b], { attributes: { transA, transB, ...others } }) => {
      const [unknown] = Object.keys(others);
      if (unknown !== undefined) throw new Error(`FusedMatMul with ${unknown} has no form in plain ONNX`);
      return operation('MatMul', [factor(graph, a, transA), factor(graph, b, transB)]);
    },
  }),
  rule('Conv in groups of 5, 6, 7, 9 … outputs → refused', {
    at: ['Conv'],
    matches: (node) => {
      const outputs = at(operands(node)[1].shape, 0) / groupsOf(node);
      return groupsOf(node) > 1 && outputs > 4 && outputs % 4 !== 0 ? outputs : null;
    },
    becomes: (_, outputs) => {
      throw untraceable(`a convolution in groups of ${outputs.toString()} outputs`, 'Choose the engine "onnx/cpu".');
    },
  }),
  rule('Conv of 6, 9, 15 … channels → Conv of 8, 12, 16 …, the new ones being 0', {
    at: ['Conv'],
    matches: (node) => {
      const channels = at(operands(node)[0].shape, 1);
      return groupsOf(node) === 1 && channels > 3 && channels % 3 === 0 && channels % 4 !== 0 ? channels : null;
    },
    becomes: (graph, channels, node) => {
      const more = operands(node).map((value) => withChannels(graph, value, 4 - (channels % 4)));
      return { ...node, inputs: [...more, ...node.inputs.slice(2)] };
    },
  }),
  rule('another operation of ONNX Runtime’s own → refused', {
    at: 'everything',
    matches: ({ op, domain }) => (domain === '' ? null : op),
    becomes: (_, op) => {
      throw new Error(`${op} has no form in plain ONNX`);
    },
  }),
];

const groupsOf = ({ attributes: { group } }: Node): number => (group?.kind === 'int' ? group.value : 1);

function factor(graph: Graph, value: Value, turned: Attribute | undefined): Value {
  if (turned?.kind !== 'int' || turned.value !== 1) return value;
  const rank = value.shape.length;
  return transposed(graph, value, [...inOrder(rank - 2), rank - 1, rank - 2]);
}

/** A tensor [n, channels, h, w] with so many channels of zeros more. */
function withChannels(graph: Graph, value: Value, added: number): Value {
  const shape = value.shape.map((size, axis) => (axis === 1 ? size + added : size));
  const pads = [0, 0, 0, 0, 0, added, 0, 0];
  return graph.node('Pad', [value, graph.list(pads), graph.scalar(0)], { type: value.type, shape });
}
