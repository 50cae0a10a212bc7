import type { Graph } from '../../graph/graph.js';
import type { Lowering, Lowerings } from '../../trace/kernel.js';
import { poolGeometry, type Geometry, type Pads } from '../windows.js';
import {
  asPictures,
  laidOutWindows,
  oneHotKernels,
  pictures,
  transposed,
  windowAttributes,
} from './plainConvolution.js';
import { float32, type Value } from '../../graph/value.js';
import { at, cast, four, reshaped } from '../../graph/shapes.js';

const maxPool: Lowering = (call) => {
  const sizes = poolGeometry(call, call.shape('x'));
  return asPictures(largest(call.graph, pictures(call, 'x'), sizes));
};

function largest(graph: Graph, x: Value, sizes: Geometry): Value {
  const { channels, height, width } = sizes.output;
  const shape = [sizes.batch, channels, height, width];
  return graph.node('MaxPool', [x], float32(shape), windowAttributes(sizes));
}

/** Less than every number, and still a number: times 0 it is 0. */
const lowest = -3.4e38;

/**
 * The gradient goes to the first largest pixel of each window. The windows are laid out and compared with their maxima;
 * those before a pixel are counted by a product with a triangle of ones. A transposed convolution with one-hot kernels
 * puts the gradients back; overlaps add up.
 */
const maxPoolGrad: Lowering = (call) => {
  const { graph } = call;
  const given = poolGeometry(call, call.shape('input'));
  const x = padded(graph, pictures(call, 'input'), given.pads);
  const sizes: Geometry = {
    ...given,
    pads: { top: 0, left: 0, bottom: 0, right: 0 },
    input: { channels: given.input.channels, height: at(x.shape, 2), width: at(x.shape, 3) },
  };
  const { batch, output, window, input } = sizes;
  const { channels } = input;
  const taps = window[0] * window[1];
  const positions = output.height * output.width;
  const shape = [batch, channels, taps, positions];
  const row = [batch, channels, 1, positions];
  const float = float32(shape);
  const pixels = reshaped(graph, laidOutWindows(graph, x, sizes, windowAttributes(sizes)), shape);
  const maxima = reshaped(graph, largest(graph, x, sizes), row);
  const hit = cast(graph, graph.node('Equal', [pixels, maxima], { type: 'bool', shape }), 'float32');
  const earlier = graph.node('MatMul', [triangle(graph, taps), hit], float);
  const none = cast(graph, graph.node('Less', [earlier, graph.scalar(0.5)], { type: 'bool', shape }), 'float32');
  const first = graph.node('Mul', [hit, none], float);
  const share = graph.node('Mul', [first, reshaped(graph, pictures(call, 'dy'), row)], float);
  // Every channel is a picture of its own here, too.
  const alone = { ...sizes, batch: batch * channels, input: { ...input, channels: 1 } };
  const slopes = reshaped(graph, share, [batch * channels, taps, output.height, output.width]);
  const spread = transposed(graph, [slopes, oneHotKernels(graph, window)], alone);
  const whole = reshaped(graph, spread, [batch, channels, input.height, input.width]);
  return asPictures(cropped(graph, whole, given));
};

function padded(graph: Graph, x: Value, { top, left, bottom, right }: Pads): Value {
  if (top + left + bottom + right === 0) return x;
  const [batch, channels, height, width] = four(x.shape);
  return graph.node(
    'Pad',
    [x, graph.list([0, 0, top, left, 0, 0, bottom, right]), graph.scalar(lowest)],
    float32([batch, channels, top + height + bottom, left + width + right]),
  );
}

function cropped(graph: Graph, x: Value, { pads: { top, left, bottom, right }, input, batch }: Geometry): Value {
  if (top + left + bottom + right === 0) return x;
  const [from, to] = [
    [top, left],
    [top + input.height, left + input.width],
  ].map((places) => graph.list(places));
  return graph.node(
    'Slice',
    [x, from ?? null, to ?? null, graph.list([2, 3])],
    float32([batch, input.channels, input.height, input.width]),
  );
}

/** [n, n] with 1 below the diagonal. */
function triangle(graph: Graph, n: number): Value {
  const data = Float32Array.from({ length: n * n }, (_, index) => (index % n < Math.floor(index / n) ? 1 : 0));
  return graph.constant(data, float32([n, n]));
}

export const plainPoolings: Lowerings = { MaxPool: maxPool, MaxPoolGrad: maxPoolGrad };
