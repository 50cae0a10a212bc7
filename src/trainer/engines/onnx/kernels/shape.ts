import { sizeOf, type Graph } from '../graph.js';
import type { Lowering, Lowerings } from '../kernel.js';
import { at, inOrder, laidOut, regrouped, reshaped, shapeOf, viewOf, type View } from '../view.js';

/** Only the reading order changes. */
const transpose: Lowering = (call) => {
  const x = call.view('x');
  return { ...x, axes: call.numbers('perm').map((axis) => at(x.axes, axis)) };
};

const reshape: Lowering = (call) => {
  const x = call.view('x');
  const wanted = call.numbers('shape');
  const size = sizeOf(shapeOf(x));
  const given = wanted.reduce((product, length) => (length === -1 ? product : product * length), 1);
  const shape = wanted.map((length) => (length === -1 ? size / given : length));
  return seenAs(call.graph, x, shape);
};

const seenAs = (graph: Graph, x: View, shape: readonly number[]): View =>
  regrouped(graph, x, shape) ?? viewOf(reshaped(graph, laidOut(graph, x), shape), x.dtype);

const expandDims: Lowering = (call) => {
  const x = call.view('input');
  const shape = shapeOf(x);
  const dim = call.number('dim');
  shape.splice(dim < 0 ? dim + shape.length + 1 : dim, 0, 1);
  return seenAs(call.graph, x, shape);
};

const tile: Lowering = (call) => {
  const x = call.value('x');
  const reps = call.numbers('reps');
  const shape = x.shape.map((size, axis) => size * at(reps, axis));
  return viewOf(call.graph.node('Tile', [x, call.graph.list(reps)], { type: x.type, shape }), call.view('x').dtype);
};

const slice: Lowering = (call) => {
  const { graph } = call;
  const x = call.value('x');
  const begin = call.numbers('begin');
  const size = call
    .numbers('size')
    .map((length, axis) => (length === -1 ? at(x.shape, axis) - at(begin, axis) : length));
  const ends = size.map((length, axis) => at(begin, axis) + length);
  return viewOf(
    graph.node('Slice', [x, graph.list(begin), graph.list(ends), graph.list(inOrder(size.length))], {
      type: x.type,
      shape: size,
    }),
    call.view('x').dtype,
  );
};

const concat: Lowering = (call) => {
  const views = call.all();
  const values = views.map((view) => laidOut(call.graph, view));
  const first = at(values, 0);
  const axis = at(call.axes('axis', first.shape.length), 0);
  const shape = first.shape.map((size, index) =>
    index === axis ? values.reduce((sum, value) => sum + at(value.shape, axis), 0) : size,
  );
  return viewOf(
    call.graph.node('Concat', values, { type: first.type, shape }, { axis: { kind: 'int', value: axis } }),
    at(views, 0).dtype,
  );
};

const pad: Lowering = (call) => {
  const { graph } = call;
  const x = call.value('x');
  const paddings = call.padding('paddings');
  if (!Array.isArray(paddings)) throw call.unexpected('paddings');
  const shape = x.shape.map((size, axis) => size + at(paddings, axis)[0] + at(paddings, axis)[1]);
  const pads = graph.list([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
  const fill = graph.scalar(call.number('constantValue'), x.type);
  return viewOf(graph.node('Pad', [x, pads, fill], { type: x.type, shape }), call.view('x').dtype);
};

export const shaping: Lowerings = {
  Transpose: transpose,
  Reshape: reshape,
  ExpandDims: expandDims,
  Tile: tile,
  Slice: slice,
  Concat: concat,
  PadV2: pad,
};
