import type { Graph } from '../../graph/graph.js';
import { at, isSameShape, reshape, reshaped } from '../../graph/shapes.js';
import { float32, sizeOf, text, type Node, type Operation, type Value } from '../../graph/value.js';
import { operands, rule, type Rule } from '../../passes/rewrite.js';
import { channelProducts, channelSums, inBlocks, nchwc, outOfBlocks, scaledChannels } from './nchwc.js';
import { behindReshapes, PicturesInBlocks } from './picturesInBlocks.js';

/**
 * Rules that keep pictures in blocks of channels from one convolution to the next. A convolution of blocks is recorded
 * with its pictures brought into that order before and out of it after; here the two cancel, and what lies between is
 * done in blocks. Pictures are brought out of blocks only for what is left, as pooling.
 */
export function keepInBlocks(graph: Graph, block: number): Rule[] {
  const pictures = new PicturesInBlocks(graph);
  const broughtTo = (operand: Value, shape: readonly number[]): Value =>
    pictures.find(operand)?.bring() ?? inBlocks(graph, reshaped(graph, operand, shape));
  const sums = (op: string, weightOf: (count: number) => number): Rule =>
    rule(`${op}(out of blocks(B)) → in blocks`, {
      at: [op],
      matches: ({ inputs: [x], outputs }) => {
        const blocked = pictures.find(x);
        if (x == null || blocked === null) return null;
        const channels = at(blocked.shape, 1);
        const ofChannels = x.shape[0] === channels && sizeOf(at(outputs, 0).shape) === channels;
        return ofChannels ? { blocked, weight: weightOf(sizeOf(x.shape) / channels) } : null;
      },
      becomes: (graph, { blocked, weight }, { outputs }) =>
        seen(graph, channelSums(graph, blocked.bring(), { weight, block }), outputs),
    });
  return [
    rule('into blocks(out of blocks(B)) → B; what is brought into blocks twice is brought there once', {
      at: ['ReorderInput'],
      matches: ({ inputs: [x], outputs }) => {
        const blocked = pictures.find(x);
        return blocked !== null && isSameShape(blocked.shape, at(outputs, 0).shape) ? blocked : null;
      },
      becomes: (_, blocked) => blocked.bring(),
    }),
    rule('out of blocks(B) · vector → out of blocks(B · vector), and + for ·', {
      at: ['Add', 'Mul'],
      matches: (node) => {
        const result = at(node.outputs, 0);
        const x = ofShape(node, result)
          .map((operand) => pictures.find(operand))
          .find((found) => found !== null);
        if (x === undefined) return null;
        const channels = at(x.shape, 1);
        const vector = operands(node).find((operand) => isOfChannels(operand, { result, channels }));
        return vector === undefined ? null : { x, vector };
      },
      becomes: (graph, { x, vector }, { op, outputs }) => {
        const blocked = x.bring();
        const numbers = reshaped(graph, vector, [sizeOf(vector.shape)]);
        const line =
          op === 'Mul' ? { factor: numbers, shift: null } : { factor: graph.repeated(1, numbers), shift: numbers };
        return seen(graph, outOfBlocks(graph, scaledChannels(graph, blocked, line)), outputs);
      },
    }),
    rule('f(out of blocks(B), …) → out of blocks(f(B, …)), element by element', {
      at: ['Add', 'Sub', 'Mul', 'Neg', 'Relu', 'HardSigmoid'],
      matches: (node) => {
        const { op, inputs, outputs } = node;
        // A plain convolution applies the ReLU after it by itself.
        if (op === 'Relu' && behindReshapes(inputs[0])?.producer?.op === 'Conv') return null;
        const alike = ofShape(node, at(outputs, 0));
        const guide = alike.map((operand) => pictures.find(operand)).find((found) => found !== null);
        const others = inputs.filter((input) => input !== null && !alike.includes(input) && input.shape.length > 0);
        return guide === undefined || others.length > 0 ? null : guide;
      },
      becomes: (graph, { shape }, { op, inputs, attributes, outputs }) => {
        const blocked = inputs.map((operand) =>
          operand === null || operand.shape.length === 0 ? operand : broughtTo(operand, shape),
        );
        const result = graph.node(op, blocked, float32(shape), attributes);
        return seen(graph, outOfBlocks(graph, result), outputs);
      },
    }),
    rule('normalization(out of blocks(B)) → out of blocks(factor · B + shift)', {
      at: ['BatchNormalization'],
      matches: ({ inputs: [x], attributes: { epsilon } }) => {
        const blocked = pictures.find(x);
        return blocked === null || epsilon?.kind !== 'float' ? null : { blocked, epsilon: epsilon.value };
      },
      becomes: (graph, { blocked, epsilon }, { op, inputs: [, scale, offset, mean, variance], outputs }) => {
        if (scale == null || offset == null || mean == null || variance == null)
          throw new Error(`${op} lacks a vector`);
        const computed = (op: string, ...vectors: Value[]): Value => graph.node(op, vectors, scale);
        const x = blocked.bring();
        const deviation = computed('Sqrt', computed('Add', variance, graph.scalar(epsilon)));
        const factor = computed('Div', scale, deviation);
        const shift = computed('Sub', offset, computed('Mul', mean, factor));
        return seen(graph, outOfBlocks(graph, scaledChannels(graph, x, { factor, shift })), outputs);
      },
    }),
    rule('Σ out of blocks(B) · Y along the rows of channels → in blocks', {
      at: ['FusedMatMul'],
      matches: (node) => {
        const [left, right] = operands(node);
        const guide = pictures.find(left) ?? pictures.find(right);
        const channels = guide?.shape[1];
        if (guide === null || !isSameShape(left.shape, right.shape)) return null;
        return left.shape[0] === channels && sizeOf(at(node.outputs, 0).shape) === channels ? guide : null;
      },
      becomes: (graph, { shape }, node) => {
        const [left, right] = operands(node);
        const factors = { left: broughtTo(left, shape), right: broughtTo(right, shape) };
        return seen(graph, channelProducts(graph, { ...factors, block }), node.outputs);
      },
    }),
    sums('ReduceSum', () => 1),
    sums('ReduceMean', (count) => 1 / count),
  ];
}

/** Rules that let convolutions of blocks do what alone reads them: add the result of another one, apply a ReLU. */
export const absorptions: readonly Rule[] = [
  rule('Relu(convolution of blocks) → done by the convolution', {
    at: ['Relu'],
    matches: ({ inputs: [x] }, graph) => loneConvolution(graph, x),
    becomes: (_, convolution) => ({
      ...convolution,
      attributes: { ...convolution.attributes, activation: text('Relu') },
    }),
  }),
  rule('convolution of blocks + another one → done by the convolution', {
    at: ['Add'],
    matches: (node, graph) => {
      const [first, second] = operands(node).map((value) => loneConvolution(graph, value));
      if (first == null || second == null) return null;
      return first.inputs.length < 4 && first.attributes['activation'] === undefined ? first : null;
    },
    // What is added is overwritten with the sum: were it read again, ONNX Runtime would copy it in one thread.
    becomes: (_, convolution, { inputs: [, added = null] }) => {
      const [x = null, kernel = null, shift = null] = convolution.inputs;
      return { ...convolution, inputs: [x, kernel, shift, added] };
    },
  }),
];

const loneConvolution = (graph: Graph, value: Value | null | undefined): Node | null =>
  value?.producer?.op === 'Conv' && value.producer.domain === nchwc && graph.readersOf(value) === 1
    ? value.producer
    : null;

/** What reads the result of a node finds it in its own shape. */
const seen = (graph: Graph, value: Value, outputs: Node['outputs']): Operation =>
  reshape(graph, value, at(outputs, 0).shape);

/** The inputs of a node that have the shape of its result. */
const ofShape = ({ inputs }: Node, { shape }: Value): Value[] =>
  inputs.filter((input) => input !== null).filter((input) => isSameShape(input.shape, shape));

/** A number for each channel, laid along the first axis of the result. */
const isOfChannels = (value: Value, { result, channels }: { result: Value; channels: number }): boolean =>
  sizeOf(value.shape) === channels && result.shape[0] === channels && value.shape.at(-result.shape.length) === channels;
