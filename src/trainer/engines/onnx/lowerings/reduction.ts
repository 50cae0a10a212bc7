import type { Graph } from '../graph/graph.js';
import type { Lowering, Lowerings } from '../trace/kernel.js';
import { laidOut, shapeOf, viewOf } from '../trace/view.js';
import { float32, int, type Value } from '../graph/value.js';
import { at, cast, inOrder, reshaped } from '../graph/shapes.js';

/** Reduces the axes where they lie; what is left keeps its memory order. */
const reduction =
  (op: string, axisAttribute = 'axis'): Lowering =>
  (call) => {
    const { graph } = call;
    const x = call.view('x');
    const value = cast(graph, x.value, x.dtype);
    const reduced = new Set(call.axes(axisAttribute, x.axes.length));
    const keepDims = call.boolean('keepDims');
    if (reduced.size === 0) return x;
    const physical = [...reduced].map((axis) => at(x.axes, axis)).sort((a, b) => a - b);
    const kept = inOrder(x.axes.length).filter((axis) => !physical.includes(axis));
    const shape = keepDims
      ? value.shape.map((size, axis) => (physical.includes(axis) ? 1 : size))
      : kept.map((axis) => at(value.shape, axis));
    const result = graph.node(
      op,
      [innermostReduced(graph, op, { value, axes: physical }), graph.list(physical)],
      { type: value.type, shape },
      { keepdims: int(keepDims ? 1 : 0) },
    );
    const axes = keepDims ? x.axes : x.axes.filter((_, axis) => !reduced.has(axis)).map((axis) => kept.indexOf(axis));
    return viewOf(result, x.dtype, axes);
  };

/**
 * Where axes at both ends are to be reduced, as batch, height and width of [batch, channels, height, width], those at
 * the inner end come first: ONNX Runtime reads them as they lie, in half the time that both ends at once take.
 */
function innermostReduced(graph: Graph, op: string, { value, axes }: { value: Value; axes: readonly number[] }): Value {
  const rank = value.shape.length;
  const inner = axes.filter((axis, index) => axis === rank - (axes.length - index));
  if (inner.length === 0 || inner.length === axes.length) return value;
  const shape = value.shape.map((size, axis) => (inner.includes(axis) ? 1 : size));
  return graph.node(op, [value, graph.list(inner)], { type: value.type, shape }, { keepdims: int(1) });
}

/** The index of the largest; the first of equal ones, as in tfjs. */
const argMax: Lowering = (call) => {
  const { graph } = call;
  const x = call.value('x');
  const axis = at(call.axes('axis', x.shape.length), 0);
  const shape = x.shape.filter((_, index) => index !== axis);
  const index = graph.node('ArgMax', [x], { type: 'int64', shape }, { axis: int(axis), keepdims: int(0) });
  return viewOf(cast(graph, index, 'int32'), 'int32');
};

/** Compares with 0, 1, 2 …: a label outside the classes gives a row of off values, as in tfjs. */
const oneHot: Lowering = (call) => {
  const { graph } = call;
  const labels = call.value('indices');
  const depth = call.number('depth');
  const [on, off] = [call.number('onValue'), call.number('offValue')];
  const dtype = call.string('dtype') === 'int32' ? 'int32' : 'float32';
  const column = reshaped(graph, labels, [...labels.shape, 1]);
  const classes = graph.constant(inOrder(depth), { type: 'int32', shape: [depth] });
  const shape = [...labels.shape, depth];
  const hit = graph.node('Equal', [column, classes], { type: 'bool', shape });
  if (on === 1 && off === 0) return viewOf(cast(graph, hit, dtype), dtype);
  return viewOf(
    graph.node('Where', [hit, graph.scalar(on, dtype), graph.scalar(off, dtype)], { type: dtype, shape }),
    dtype,
  );
};

const softmax: Lowering = (call) => {
  const logits = call.view('logits');
  const value = laidOut(call.graph, logits);
  const dim = call.number('dim');
  const axis = dim < 0 ? dim + shapeOf(logits).length : dim;
  return viewOf(call.graph.node('Softmax', [value], float32(value.shape), { axis: int(axis) }), 'float32');
};

export const reductions: Lowerings = {
  Sum: reduction('ReduceSum'),
  Mean: reduction('ReduceMean'),
  Max: reduction('ReduceMax', 'reductionIndices'),
  ArgMax: argMax,
  OneHot: oneHot,
  Softmax: softmax,
};
