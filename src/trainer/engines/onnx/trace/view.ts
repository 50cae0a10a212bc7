import type { Graph } from '../graph/graph.js';
import { at, cast, inOrder, inverse, isInOrder, reshaped, transposed } from '../graph/shapes.js';
import type { Value } from '../graph/value.js';

/**
 * What a traced tensor is: a value of the graph, and the order in which its axes are to be read. TensorFlow.js sees
 * pictures as [batch, height, width, channels]; convolutions have them as [channels, height, width, batch], or as ONNX's
 * [batch, channels, height, width]; PyTorch's weights lie differently again. A transpose only changes the order; memory is moved when an operation needs another one, which
 * between two convolutions, or between a weight and its update, is never.
 */
export interface View {
  readonly value: Value;
  /** Axis i of the tensor is axis `axes[i]` of the value. */
  readonly axes: readonly number[];
  /** The tensor's own type; a value fed as bytes stays bytes until someone computes with it. */
  readonly dtype: 'float32' | 'int32' | 'bool';
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

/**
 * A tensor in another shape, without moving memory; null where that cannot be. Axes that become one must lie beside each
 * other, as channels, height and width do in [channels, height, width, batch].
 */
export function regrouped(graph: Graph, view: View, shape: readonly number[]): View | null {
  const axes = view.axes.filter((axis) => view.value.shape[axis] !== 1);
  const lying = [...axes].sort((a, b) => a - b);
  const groups: { readonly place: number; readonly into: readonly number[] }[] = [];
  let taken = 0;
  let into: number[] = [];
  let size = 1;
  for (const [index, length] of shape.entries()) {
    if (length === 1) continue;
    into.push(index);
    size *= length;
    let found = 1;
    let end = taken;
    while (found < size && end < axes.length) found *= at(view.value.shape, at(axes, end++));
    if (found !== size) continue;
    const place = lying.indexOf(at(axes, taken));
    if (axes.slice(taken, end).some((axis, offset) => lying[place + offset] !== axis)) return null;
    groups.push({ place, into });
    [taken, into, size] = [end, [], 1];
  }
  const ones = shape.flatMap((length, index) => (length === 1 ? [index] : []));
  const order = [...ones, ...groups.sort((a, b) => a.place - b.place).flatMap((group) => group.into)];
  if (taken < axes.length || order.length < shape.length) return null;
  const value = reshaped(
    graph,
    view.value,
    order.map((index) => at(shape, index)),
  );
  return { value, axes: inverse(order), dtype: view.dtype };
}

/** A tensor in another shape; memory moves only where it must. */
export const seenAs = (graph: Graph, view: View, shape: readonly number[]): View =>
  regrouped(graph, view, shape) ?? viewOf(reshaped(graph, laidOut(graph, view), shape), view.dtype);

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
