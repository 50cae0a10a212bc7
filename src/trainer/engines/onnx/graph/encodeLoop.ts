import { onnx } from 'onnx-proto';
import { elementTypes, encodeBody, encodeProto, valueInfo } from './encode.js';
import type { Graph } from './graph.js';
import type { Value } from './value.js';

/** Names in a model that makes several steps: the number of steps, and every input as it is fed. */
export const countInput = 'count';
export const stackedInput = (name: string): string => `stacked:${name}`;
export const initialInput = (name: string): string => `initial:${name}`;

/**
 * What a step replaces, as it lies where it is computed. To see it in its final shape is a copy where it leaves the body
 * of a loop, and of weights that is a pass over all of them: so a loop carries it as it lies.
 */
export function carriedAs(update: Value): Value {
  const source = update.producer?.op === 'Reshape' ? update.producer.inputs[0] : null;
  return source ?? update;
}

/** Name inside the body of what is carried in another shape than the step reads it in. */
const carriedInput = (name: string): string => `carried:${name}`;
const carriedShape = (name: string): string => `shape:${name}`;

/**
 * A graph that is one step, as a model that makes up to `most` of them in a row: an ONNX `Loop` whose state is what a
 * step replaces. The other inputs are fed as stacks [most, …], one layer a step; outputs come back as [count, …].
 * What a step replaces leaves ONNX Runtime, and is copied, once for all of them; it comes and goes in the shape of
 * `carriedAs`.
 * @param carried by name of the final value: the input that a step reads, and what replaces it
 * @param stacked the inputs of which every step has its own
 */
export function encodeLoop(
  graph: Graph,
  {
    name,
    most,
    carried,
    stacked,
    outputs,
  }: {
    name: string;
    most: number;
    carried: Readonly<Record<string, { readonly input: Value; readonly update: Value }>>;
    stacked: readonly Value[];
    outputs: Readonly<Record<string, Value>>;
  },
): Uint8Array {
  const state = Object.entries(carried).map(([output, { input, update }]) => ({
    output,
    input,
    update: carriedAs(update),
  }));
  const reshaped = state.filter(({ input, update }) => input.shape.join() !== update.shape.join());
  const isReshaped = new Set(reshaped.map(({ input }) => input));
  const carriedName = (input: Value): string => (isReshaped.has(input) ? carriedInput(input.name) : input.name);
  const results = Object.entries(outputs);
  // Inside the loop values have names of their own: what is called `update:w` outside is `next:update:w` within.
  const inner = (output: string): string => `next:${output}`;
  const returned = Object.fromEntries([
    ...state.map(({ output, update }): [string, Value] => [inner(output), update]),
    ...results.map(([output, value]): [string, Value] => [inner(output), value]),
  ]);
  const { needed, node, initializer } = encodeBody(graph, returned);
  const own = new Set(state.map(({ input }) => input));
  const layers = stacked.filter((value) => needed.has(value));
  const shared = graph.inputs.filter((value) => needed.has(value) && !own.has(value) && !layers.includes(value));
  const flag = { type: 'bool', shape: [] } as const;
  const index = { type: 'int64', shape: [] } as const;
  const body: onnx.IGraphProto = {
    name: `${name}, once`,
    input: [
      valueInfo('step', index),
      valueInfo('going', flag),
      ...state.map(({ input, update }) => valueInfo(carriedName(input), update)),
    ],
    node: [
      { opType: 'Identity', input: ['going'], output: ['go on'] },
      ...reshaped.map(({ input: { name: own } }) => ({
        opType: 'Reshape',
        input: [carriedInput(own), carriedShape(own)],
        output: [own],
      })),
      ...layers.map((value) => ({ opType: 'Gather', input: [stackedInput(value.name), 'step'], output: [value.name] })),
      ...node,
    ],
    output: [valueInfo('go on', flag), ...Object.entries(returned).map(([output, value]) => valueInfo(output, value))],
    initializer: [
      ...initializer,
      ...reshaped.map(({ input: { name: own, shape } }) => ({
        name: carriedShape(own),
        dataType: elementTypes.int64,
        dims: [shape.length],
        rawData: new Uint8Array(BigInt64Array.from(shape, BigInt).buffer),
      })),
    ],
  };
  return encodeProto({
    name,
    input: [
      valueInfo(countInput, index),
      ...shared.map((value) => valueInfo(value.name, value)),
      ...state.map(({ input, update }) => valueInfo(initialInput(input.name), update)),
      ...layers.map((value) => valueInfo(stackedInput(value.name), { ...value, shape: [most, ...value.shape] })),
    ],
    node: [
      {
        opType: 'Loop',
        input: [countInput, '', ...state.map(({ input }) => initialInput(input.name))],
        output: [...state.map(({ output }) => output), ...results.map(([output]) => output)],
        attribute: [{ name: 'body', type: onnx.AttributeProto.AttributeType.GRAPH, g: body }],
      },
    ],
    output: [
      ...state.map(({ output, update }) => valueInfo(output, update)),
      ...results.map(([output, value]) => valueInfo(output, { ...value, shape: [countInput, ...value.shape] })),
    ],
  });
}
