import type { Graph } from '../graph/graph.js';
import type { Lowering, Lowerings } from '../trace/kernel.js';
import {
  area,
  asPictures,
  columns,
  mostColumns,
  pictures,
  poolGeometry,
  summedOverTaps,
  type Geometry,
} from './windows.js';
import { float32, int, ints, type Value } from '../graph/value.js';
import { reshaped } from '../graph/shapes.js';

const maxPool: Lowering = (call) => {
  const sizes = poolGeometry(call, call.shape('x'));
  return asPictures(pooled(call.graph, pictures(call, 'x'), sizes));
};

/** The largest of each window of [channels, height, width, batch]: windows of one picture, along three axes. */
function pooled(graph: Graph, x: Value, { pads, strides, window, input, output, batch }: Geometry): Value {
  const { top, left, bottom, right } = pads;
  const [plane, shape] = [input, output].map(({ channels, height, width }) => [channels, height, width, batch]);
  if (plane === undefined || shape === undefined) throw new Error('unreachable');
  // One picture is a picture as ONNX has it.
  const flat = batch === 1;
  const seen = (sizes: readonly number[]): number[] => [1, ...(flat ? sizes.slice(0, 3) : sizes)];
  const largest = graph.node(
    'MaxPool',
    [reshaped(graph, x, seen(plane))],
    float32(seen(shape)),
    flat
      ? { kernel_shape: ints(window), strides: ints(strides), pads: ints([top, left, bottom, right]) }
      : {
          kernel_shape: ints([...window, 1]),
          strides: ints([...strides, 1]),
          pads: ints([top, left, 0, bottom, right, 0]),
        },
  );
  return reshaped(graph, largest, shape);
}

/**
 * The gradient goes to the first largest pixel of each window, row by row, as in PyTorch; overlaps add up. Some channels
 * at a time, so that the windows of large pictures take bounded memory.
 */
const maxPoolGrad: Lowering = (call) => {
  const { graph } = call;
  const sizes = poolGeometry(call, call.shape('input'));
  const { batch, input, output, window } = sizes;
  const x = pictures(call, 'input');
  const values = { x, largest: pooled(graph, x, sizes), dy: pictures(call, 'dy') };
  const perChannel = window[0] * window[1] * area(output) * batch;
  const together = Math.max(1, Math.floor(mostColumns / perChannel));
  if (together >= input.channels) return asPictures(routed(graph, values, sizes));
  const parts: Value[] = [];
  for (let from = 0; from < input.channels; from += together) {
    const channels = Math.min(together, input.channels - from);
    const part = (value: Value): Value =>
      graph.node(
        'Slice',
        [value, graph.list([from]), graph.list([from + channels]), graph.list([0])],
        float32([channels, ...value.shape.slice(1)]),
      );
    parts.push(
      routed(
        graph,
        { x: part(values.x), largest: part(values.largest), dy: part(values.dy) },
        { ...sizes, input: { ...input, channels }, output: { ...output, channels } },
      ),
    );
  }
  return asPictures(graph.node('Concat', parts, float32(x.shape), { axis: int(0) }));
};

/**
 * Every tap of the window takes what those before it left, where its pixel is the largest; the last tap takes the rest.
 */
function routed(graph: Graph, { x, largest, dy }: { x: Value; largest: Value; dy: Value }, sizes: Geometry): Value {
  const { batch, output, window } = sizes;
  const taps = window[0] * window[1];
  const windows = area(output);
  const row = [output.channels, 1, windows * batch];
  const found = graph.node('Equal', [columns(graph, x, sizes, { fill: -Infinity }), reshaped(graph, largest, row)], {
    type: 'bool',
    shape: [output.channels, taps, windows * batch],
  });
  const nothing = graph.scalar(0);
  const where = (condition: Value, yes: Value, no: Value): Value =>
    graph.node('Where', [condition, yes, no], float32(row));
  let rest = reshaped(graph, dy, row);
  const shares: Value[] = [];
  for (let tap = 0; tap < taps - 1; tap++) {
    const here = graph.node('Slice', [found, graph.list([tap]), graph.list([tap + 1]), graph.list([1])], {
      type: 'bool',
      shape: row,
    });
    shares.push(where(here, rest, nothing));
    rest = where(here, nothing, rest);
  }
  shares.push(rest);
  // One window more, without a gradient, for pixels that have fewer taps over them than others.
  const none = graph.repeated(0, float32([output.channels, 1, batch]));
  const places = taps * windows;
  const all = graph.node(
    'Concat',
    [...shares.map((share) => reshaped(graph, share, [output.channels, windows, batch])), none],
    float32([output.channels, places + 1, batch]),
    { axis: int(1) },
  );
  return summedOverTaps(graph, all, sizes, { stride: windows, none: places });
}

export const poolings: Lowerings = { MaxPool: maxPool, MaxPoolGrad: maxPoolGrad };
