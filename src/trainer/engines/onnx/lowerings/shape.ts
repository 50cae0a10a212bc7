import type { Graph } from '../graph/graph.js';
import type { Lowering, Lowerings } from '../trace/kernel.js';
import { laidOut, seenAs, shapeOf, viewOf, type View } from '../trace/view.js';
import { int, sizeOf } from '../graph/value.js';
import { at, cast, inOrder, inverse, reshaped } from '../graph/shapes.js';

/** Only the reading order changes. */
const transpose: Lowering = (call) => {
  const x = call.view('x');
  return { ...x, axes: call.numbers('perm').map((axis) => at(x.axes, axis)) };
};

/** Axes that are only split, or merged with their neighbours in memory, stay where they lie. */
const reshape: Lowering = (call) => {
  const x = call.view('x');
  const wanted = call.numbers('shape');
  const size = sizeOf(shapeOf(x));
  const given = wanted.reduce((product, length) => (length === -1 ? product : product * length), 1);
  const shape = wanted.map((length) => (length === -1 ? size / given : length));
  return seenAs(call.graph, x, shape);
};

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
  const x = call.view('x');
  const shape = shapeOf(x);
  const begin = call.numbers('begin');
  const size = call.numbers('size').map((length, axis) => (length === -1 ? at(shape, axis) - at(begin, axis) : length));
  const value = cast(graph, x.value, x.dtype);
  const lying = <T>(list: readonly T[]): T[] => inverse(x.axes).map((axis) => at(list, axis));
  const [starts, sizes] = [lying(begin), lying(size)];
  const ends = sizes.map((length, axis) => at(starts, axis) + length);
  return viewOf(
    graph.node('Slice', [value, graph.list(starts), graph.list(ends), graph.list(inOrder(size.length))], {
      type: value.type,
      shape: sizes,
    }),
    x.dtype,
    x.axes,
  );
};

/** The parts lie as the first of them does. */
const concat: Lowering = (call) => {
  const views = call.all();
  const { axes, dtype } = at(views, 0);
  const values = views.map((view) => laidOut(call.graph, view, inverse(axes)));
  const first = at(values, 0);
  const axis = at(axes, at(call.axes('axis', axes.length), 0));
  const shape = first.shape.map((size, index) =>
    index === axis ? values.reduce((sum, value) => sum + at(value.shape, axis), 0) : size,
  );
  return viewOf(call.graph.node('Concat', values, { type: first.type, shape }, { axis: int(axis) }), dtype, axes);
};

/** A new axis of equally shaped tensors; in memory it is the outermost one, so that they are copied as a whole. */
const pack: Lowering = (call) => {
  const { graph } = call;
  const views = call.all();
  const { axes, dtype } = at(views, 0);
  const values = views.map((view) => laidOut(graph, view, inverse(axes)));
  const rows = values.map((value) => reshaped(graph, value, [1, ...value.shape]));
  const { type, shape } = at(values, 0);
  const stacked = graph.node('Concat', rows, { type, shape: [views.length, ...shape] }, { axis: int(0) });
  const [axis] = call.axes('axis', axes.length + 1);
  return viewOf(stacked, dtype, axes.map((own) => own + 1).toSpliced(axis ?? 0, 0, 0));
};

/** The parts along an axis, without it. */
const unpack: Lowering = (call) => {
  const x = call.view('value');
  const [axis = 0] = call.axes('axis', x.axes.length);
  const shape = shapeOf(x);
  const parts = splitAlong(call.graph, x, { axis, sizes: new Array<number>(at(shape, axis)).fill(1) });
  return parts.map((part) => seenAs(call.graph, part, shape.toSpliced(axis, 1)));
};

const splitV: Lowering = (call) => {
  const x = call.view('x');
  const [axis = 0] = call.axes('axis', x.axes.length);
  const length = at(shapeOf(x), axis);
  const asked = call.numbers('numOrSizeSplits');
  const [count = 1] = asked;
  // One number is how many equal parts there are.
  const sizes = asked.length === 1 ? new Array<number>(count).fill(length / count) : asked;
  return splitAlong(call.graph, x, { axis, sizes });
};

/** Parts of the given lengths along an axis; they lie as the whole does. */
function splitAlong(graph: Graph, x: View, { axis, sizes }: { axis: number; sizes: readonly number[] }): View[] {
  const value = cast(graph, x.value, x.dtype);
  const lying = at(x.axes, axis);
  const parts = sizes.map((size) => ({ type: value.type, shape: value.shape.with(lying, size) }));
  const { outputs } = graph.nodeOf('Split', [value, graph.list(sizes)], parts, { axis: int(lying) });
  return outputs.map((output) => viewOf(output, x.dtype, x.axes));
}

const pad: Lowering = (call) => {
  const { graph } = call;
  const x = call.view('x');
  const value = cast(graph, x.value, x.dtype);
  const paddings = call.padding('paddings');
  if (!Array.isArray(paddings)) throw call.unexpected('paddings');
  const lying = inverse(x.axes).map((axis) => at(paddings, axis));
  const shape = value.shape.map((size, axis) => size + at(lying, axis)[0] + at(lying, axis)[1]);
  const pads = graph.list([...lying.map(([before]) => before), ...lying.map(([, after]) => after)]);
  const fill = graph.scalar(call.number('constantValue'), value.type);
  return viewOf(graph.node('Pad', [value, pads, fill], { type: value.type, shape }), x.dtype, x.axes);
};

export const shaping: Lowerings = {
  Transpose: transpose,
  Reshape: reshape,
  ExpandDims: expandDims,
  Tile: tile,
  Slice: slice,
  Concat: concat,
  Pack: pack,
  Unpack: unpack,
  SplitV: splitV,
  PadV2: pad,
};
