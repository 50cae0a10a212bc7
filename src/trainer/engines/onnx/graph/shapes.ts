import type { Graph } from './graph.js';
import { int, ints, operation, sizeOf, type ElementType, type Operation, type Value } from './value.js';

/** Axes in their own order: [0, 1, …]. */
export const inOrder = (rank: number): number[] => Array.from({ length: rank }, (_, axis) => axis);

export const isInOrder = (axes: readonly number[]): boolean => axes.every((axis, index) => axis === index);

/** @throws RangeError where there is no such element */
export function at<T>(array: readonly T[], index: number): T {
  const item = array[index];
  if (item === undefined) throw new RangeError(`no element ${index.toString()} among ${array.length.toString()}`);
  return item;
}

/** The sizes of pictures, or of a kernel. @throws RangeError where there are fewer */
export const four = (shape: readonly number[]): [number, number, number, number] => [
  at(shape, 0),
  at(shape, 1),
  at(shape, 2),
  at(shape, 3),
];

/** What undoes an order of axes. */
export function inverse(axes: readonly number[]): number[] {
  const result = inOrder(axes.length);
  axes.forEach((axis, index) => {
    result[axis] = index;
  });
  return result;
}

export function cast(graph: Graph, value: Value, type: ElementType): Value {
  if (value.type === type) return value;
  const onnx = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 }[type];
  return graph.node('Cast', [value], { type, shape: value.shape }, { to: int(onnx) });
}

/** The axes of a value in another order. */
export function transposed(graph: Graph, value: Value, axes: readonly number[]): Value {
  if (isInOrder(axes)) return value;
  const shape = axes.map((axis) => at(value.shape, axis));
  const moving = axes.filter((axis) => value.shape[axis] !== 1);
  // Only axes of one element change places: nothing moves in memory.
  if (moving.every((axis, index) => index === 0 || axis > at(moving, index - 1))) return reshaped(graph, value, shape);
  return graph.node('Transpose', [value], { type: value.type, shape }, { perm: ints(axes) });
}

/** A value in another shape. */
export function reshaped(graph: Graph, value: Value, shape: readonly number[]): Value {
  if (isSameShape(shape, value.shape)) return value;
  if (sizeOf(shape) !== sizeOf(value.shape)) {
    throw new Error(`cannot see ${value.shape.join('×')} as ${shape.join('×')}`);
  }
  // Seen differently twice is seen differently once.
  const source = value.producer?.op === 'Reshape' ? value.producer.inputs[0] : null;
  if (source != null) return reshaped(graph, source, shape);
  const { op, inputs, attributes } = reshape(graph, value, shape);
  return graph.node(op, inputs, { type: value.type, shape }, attributes);
}

/** What shows a value in another shape. */
export const reshape = (graph: Graph, value: Value, shape: readonly number[]): Operation =>
  operation('Reshape', [value, graph.list(shape)], { allowzero: int(1) });

export const isSameShape = (left: readonly number[], right: readonly number[]): boolean =>
  left.length === right.length && left.every((size, axis) => size === right[axis]);
