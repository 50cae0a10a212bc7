import { sizeOf, ints, type ElementType, type Graph, type Value } from './graph.js';

/**
 * What a traced tensor is: a value of the graph, and the order in which its axes are to be read. TensorFlow.js sees
 * pictures as [batch, height, width, channels], ONNX as [batch, channels, height, width]; PyTorch's weights lie
 * differently again. A transpose only changes the order; memory is moved when an operation needs another one, which
 * between two convolutions, or between a weight and its update, is never.
 */
export interface View {
  readonly value: Value;
  /** Axis i of the tensor is axis `axes[i]` of the value. */
  readonly axes: readonly number[];
  /** The tensor's own type; a value fed as bytes stays bytes until someone computes with it. */
  readonly dtype: 'float32' | 'int32' | 'bool';
}

/** Axes in their own order: [0, 1, …]. */
export const inOrder = (rank: number): number[] => Array.from({ length: rank }, (_, axis) => axis);

const isInOrder = (axes: readonly number[]): boolean => axes.every((axis, index) => axis === index);

export function at<T>(array: readonly T[], index: number): T {
  const item = array[index];
  if (item === undefined) throw new RangeError(`no element ${index.toString()} among ${array.length.toString()}`);
  return item;
}

export function inverse(axes: readonly number[]): number[] {
  const result = inOrder(axes.length);
  axes.forEach((axis, index) => {
    result[axis] = index;
  });
  return result;
}

export const shapeOf = (view: View): number[] => view.axes.map((axis) => at(view.value.shape, axis));

export function viewOf(
  value: Value,
  dtype: View['dtype'],
  axes: readonly number[] = inOrder(value.shape.length),
): View {
  return { value, axes, dtype };
}

/** The value with its axes laid in memory as `order` names the tensor's axes, and with the tensor's own type. */
export function laidOut(graph: Graph, view: View, order: readonly number[] = inOrder(view.axes.length)): Value {
  return transposed(
    graph,
    cast(graph, view.value, view.dtype),
    order.map((axis) => at(view.axes, axis)),
  );
}

export function cast(graph: Graph, value: Value, type: ElementType): Value {
  if (value.type === type) return value;
  const onnx = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 }[type];
  return graph.node('Cast', [value], { type, shape: value.shape }, { to: { kind: 'int', value: onnx } });
}

function transposed(graph: Graph, value: Value, axes: readonly number[]): Value {
  if (isInOrder(axes)) return value;
  const shape = axes.map((axis) => at(value.shape, axis));
  const moving = axes.filter((axis) => value.shape[axis] !== 1);
  // Only axes of one element change places: nothing moves in memory.
  if (moving.every((axis, index) => index === 0 || axis > at(moving, index - 1))) return reshaped(graph, value, shape);
  return graph.node('Transpose', [value], { type: value.type, shape }, { perm: ints(axes) });
}

export function reshaped(graph: Graph, value: Value, shape: readonly number[]): Value {
  if (shape.length === value.shape.length && shape.every((size, index) => size === value.shape[index])) return value;
  if (sizeOf(shape) !== sizeOf(value.shape)) {
    throw new Error(`cannot see ${value.shape.join('×')} as ${shape.join('×')}`);
  }
  // Seen differently twice is seen differently once.
  const source = value.producer?.op === 'Reshape' ? value.producer.inputs[0] : null;
  if (source != null) return reshaped(graph, source, shape);
  return graph.node(
    'Reshape',
    [value, graph.list(shape)],
    { type: value.type, shape },
    { allowzero: { kind: 'int', value: 1 } },
  );
}

/**
 * A tensor in another shape. Axes that are only split, or merged with their neighbours in memory, stay where they lie:
 * the columns of a product that lies transposed become heads and channels without moving.
 */
export function seenAs(graph: Graph, view: View, shape: readonly number[]): View {
  const groups = axisGroups(shapeOf(view), shape);
  // Where among the axes that matter each group lies; axes of one element lie anywhere.
  const moving = inOrder(view.value.shape.length).filter((axis) => view.value.shape[axis] !== 1);
  const places = groups.map(({ from }) =>
    from.map((axis) => moving.indexOf(at(view.axes, axis))).filter((place) => place !== -1),
  );
  const together = places.every((own) => own.every((place, index) => index === 0 || place === at(own, index - 1) + 1));
  if (!together) return viewOf(reshaped(graph, laidOut(graph, view), shape), view.dtype);
  const lying = inOrder(groups.length).sort((a, b) => (places[a]?.[0] ?? -1) - (places[b]?.[0] ?? -1));
  const order = lying.flatMap((group) => at(groups, group).to);
  const value = reshaped(
    graph,
    cast(graph, view.value, view.dtype),
    order.map((axis) => at(shape, axis)),
  );
  return viewOf(value, view.dtype, inverse(order));
}

/** Runs of axes of two shapes that hold equally many elements, as short as they can be. */
function axisGroups(from: readonly number[], to: readonly number[]): { from: number[]; to: number[] }[] {
  const groups: { from: number[]; to: number[] }[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const group = { from: i < from.length ? [i] : [], to: j < to.length ? [j] : [] };
    let [left, right] = [from[i++] ?? 1, to[j++] ?? 1];
    while (left !== right) {
      if (left < right && i < from.length) {
        left *= at(from, i);
        group.from.push(i++);
      } else {
        right *= at(to, j);
        group.to.push(j++);
      }
    }
    groups.push(group);
  }
  return groups;
}

/** Lays an operand out for element-wise work with a result of `rank` axes lying in the order `order`. */
export function broadcastable(
  graph: Graph,
  view: View,
  { rank, order }: { rank: number; order: readonly number[] },
): Value {
  const missing = rank - view.axes.length;
  if (view.axes.length === 0) return laidOut(graph, view);
  if (missing === 0) return laidOut(graph, view, order);
  if (isInOrder(order)) return laidOut(graph, view);
  const shape = [...Array.from({ length: missing }, () => 1), ...shapeOf(view)];
  const full = reshaped(graph, laidOut(graph, view), shape);
  return transposed(graph, full, order);
}
