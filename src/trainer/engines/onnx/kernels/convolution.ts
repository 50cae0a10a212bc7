import * as tf from '@tensorflow/tfjs-core';
import { int, ints, sizeOf, text, type Graph, type Value } from '../graph.js';
import type { Call, Lowering, Lowerings } from '../kernel.js';
import { at, reshaped, viewOf, type View } from '../view.js';

/**
 * tfjs has pictures as [batch, height, width, channels] and kernels as [h, w, in, out]; ONNX has [batch, channels,
 * height, width] and [out, in, h, w]. These read one as the other without moving anything.
 */
export const channelsFirst = [0, 3, 1, 2];
const outInHW = [3, 2, 0, 1];
export const asPictures = (value: Value): View => viewOf(value, 'float32', [0, 2, 3, 1]);
export const asKernel = (value: Value): View => viewOf(value, 'float32', [2, 3, 1, 0]);

/** Sizes of one convolution, paddings worked out. */
export interface Geometry {
  readonly strides: readonly [number, number];
  readonly pads: { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number };
  readonly kernel: readonly [number, number];
  readonly input: { readonly channels: number; readonly height: number; readonly width: number };
  readonly output: { readonly channels: number; readonly height: number; readonly width: number };
  readonly batch: number;
}

export function geometry(call: Call, shapes: { x: readonly number[]; kernel: readonly number[] }): Geometry {
  if (call.string('dataFormat') !== 'NHWC') throw call.unexpected('dataFormat');
  const four = (shape: readonly number[]): [number, number, number, number] => [
    at(shape, 0),
    at(shape, 1),
    at(shape, 2),
    at(shape, 3),
  ];
  const pad = call.padding('pad');
  const info = tf.backend_util.computeConv2DInfo(
    four(shapes.x),
    four(shapes.kernel),
    call.pair('strides'),
    1,
    Array.isArray(pad) ? [at(pad, 0), at(pad, 1), at(pad, 2), at(pad, 3)] : pad,
  );
  return {
    strides: [info.strideHeight, info.strideWidth],
    pads: info.padInfo,
    kernel: [info.filterHeight, info.filterWidth],
    input: { channels: info.inChannels, height: info.inHeight, width: info.inWidth },
    output: { channels: info.outChannels, height: info.outHeight, width: info.outWidth },
    batch: info.batchSize,
  };
}

export const convolutionAttributes = ({ strides, pads, kernel }: Geometry) => ({
  kernel_shape: ints(kernel),
  strides: ints(strides),
  pads: ints([pads.top, pads.left, pads.bottom, pads.right]),
});

const conv2d: Lowering = (call) => {
  if (call.numbers('dilations').some((dilation) => dilation !== 1)) throw call.unexpected('dilations');
  const sizes = geometry(call, { x: call.shape('x'), kernel: call.shape('filter') });
  const x = call.value('x', channelsFirst);
  const kernel = call.value('filter', outInHW);
  const { channels, height, width } = sizes.output;
  const shape = [sizes.batch, channels, height, width];
  return asPictures(call.graph.node('Conv', [x, kernel], { type: 'float32', shape }, convolutionAttributes(sizes)));
};

/**
 * dL/dx. At stride 1 it is a convolution with the kernel turned by 180°, which runs faster than `ConvTranspose` until
 * there are many channels; at larger strides only `ConvTranspose` will do.
 */
const conv2dBackpropInput: Lowering = (call) => {
  const { graph } = call;
  const inputShape = call.numbers('inputShape');
  const sizes = geometry(call, { x: inputShape, kernel: call.shape('filter') });
  const dy = call.value('dy', channelsFirst);
  const { channels, height, width } = sizes.input;
  const shape = [sizes.batch, channels, height, width];
  const [kh, kw] = sizes.kernel;
  const { pads } = sizes;
  if (sizes.strides.every((stride) => stride === 1) && sizes.output.channels < 256) {
    const turned = turnedKernel(graph, call.value('filter', [2, 3, 0, 1]));
    return asPictures(
      graph.node(
        'Conv',
        [dy, turned],
        { type: 'float32', shape },
        {
          kernel_shape: ints(sizes.kernel),
          pads: ints([kh - 1 - pads.top, kw - 1 - pads.left, kh - 1 - pads.bottom, kw - 1 - pads.right]),
        },
      ),
    );
  }
  // Rows and columns at the far end that no window reached get no gradient, but they must be there.
  const extra = [
    height - ((sizes.output.height - 1) * sizes.strides[0] - pads.top - pads.bottom + kh),
    width - ((sizes.output.width - 1) * sizes.strides[1] - pads.left - pads.right + kw),
  ];
  return asPictures(
    graph.node(
      'ConvTranspose',
      [dy, call.value('filter', outInHW)],
      { type: 'float32', shape },
      {
        ...convolutionAttributes(sizes),
        output_padding: ints(extra),
      },
    ),
  );
};

/** A kernel [in, out, h, w] turned by 180°: read backwards along h and w. */
function turnedKernel(graph: Graph, kernel: Value): Value {
  const [h, w] = [at(kernel.shape, 2), at(kernel.shape, 3)];
  if (h === 1 && w === 1) return kernel;
  const flat = reshaped(graph, kernel, [at(kernel.shape, 0), at(kernel.shape, 1), h * w]);
  const backwards = graph.list(Array.from({ length: h * w }, (_, index) => h * w - 1 - index));
  const turned = graph.node('Gather', [flat, backwards], { type: 'float32', shape: flat.shape }, { axis: int(2) });
  return reshaped(graph, turned, kernel.shape);
}

/**
 * dL/dkernel. The windows of every picture are laid out as columns by a grouped convolution with one-hot kernels
 * (im2col, in the fastest convolution there is), multiplied with dy picture by picture, and summed over the batch.
 */
const conv2dBackpropFilter: Lowering = (call) => {
  const { graph } = call;
  const sizes = geometry(call, { x: call.shape('x'), kernel: call.numbers('filterShape') });
  const { batch, input, output } = sizes;
  const [kh, kw] = sizes.kernel;
  const window = kh * kw;
  const positions = output.height * output.width;
  const x = call.value('x', channelsFirst);
  const dy = reshaped(graph, call.value('dy', channelsFirst), [batch, output.channels, positions]);
  const rows = input.channels * window;
  const columns = reshaped(
    graph,
    graph.node(
      'Conv',
      [x, oneHotKernels(graph, input.channels, sizes.kernel)],
      { type: 'float32', shape: [batch, rows, output.height, output.width] },
      { ...convolutionAttributes(sizes), group: int(input.channels) },
    ),
    [batch, rows, positions],
  );
  const products = graph.node(
    'FusedMatMul',
    [dy, columns],
    { type: 'float32', shape: [batch, output.channels, rows] },
    { transA: int(0), transB: int(1) },
    'com.microsoft',
  );
  const sum = graph.node(
    'ReduceSum',
    [products, graph.list([0])],
    { type: 'float32', shape: [output.channels, rows] },
    { keepdims: int(0) },
  );
  return asKernel(reshaped(graph, sum, [output.channels, input.channels, kh, kw]));
};

/** [channels·h·w, 1, h, w]: kernel i of a channel copies the i-th pixel of the window. */
export function oneHotKernels(graph: Graph, channels: number, [h, w]: readonly [number, number]): Value {
  const shape = [channels * h * w, 1, h, w];
  const data = new Float32Array(sizeOf(shape));
  const window = h * w;
  for (let kernel = 0; kernel < channels * window; kernel++) data[kernel * window + (kernel % window)] = 1;
  return graph.constant(data, { type: 'float32', shape });
}

/** Sizes of one pooling, as a convolution that keeps the channels. */
export function poolGeometry(call: Call, x: readonly number[]): Geometry {
  const [kh, kw] = call.pair('filterSize');
  const channels = at(x, 3);
  const pad = call.padding('pad');
  const info = tf.backend_util.computePool2DInfo(
    [at(x, 0), at(x, 1), at(x, 2), channels],
    [kh, kw],
    call.pair('strides'),
    1,
    Array.isArray(pad) ? [at(pad, 0), at(pad, 1), at(pad, 2), at(pad, 3)] : pad,
  );
  return {
    strides: [info.strideHeight, info.strideWidth],
    pads: info.padInfo,
    kernel: [kh, kw],
    input: { channels, height: info.inHeight, width: info.inWidth },
    output: { channels, height: info.outHeight, width: info.outWidth },
    batch: info.batchSize,
  };
}

const pooledShape = ({ batch, output }: Geometry) => [batch, output.channels, output.height, output.width];

const maxPool: Lowering = (call) => {
  const sizes = poolGeometry(call, call.shape('x'));
  const x = call.value('x', channelsFirst);
  return asPictures(
    call.graph.node('MaxPool', [x], { type: 'float32', shape: pooledShape(sizes) }, convolutionAttributes(sizes)),
  );
};

/** The gradient goes to the first largest pixel of each window, found by the forward pass; overlaps add up. */
const maxPoolGrad: Lowering = (call) => {
  const { graph } = call;
  const sizes = poolGeometry(call, call.shape('input'));
  const x = call.value('input', channelsFirst);
  const dy = call.value('dy', channelsFirst);
  const shape = pooledShape(sizes);
  const indices = at(
    graph.nodeOf(
      'MaxPool',
      [x],
      [
        { type: 'float32', shape },
        { type: 'int64', shape },
      ],
      convolutionAttributes(sizes),
    ).outputs,
    1,
  );
  const flat = (value: Value) => reshaped(graph, value, [sizeOf(shape)]);
  const size = sizeOf(x.shape);
  const zeros = graph.node('Expand', [graph.scalar(0), graph.list([size])], { type: 'float32', shape: [size] });
  const scattered = graph.node(
    'ScatterElements',
    [zeros, flat(indices), flat(dy)],
    { type: 'float32', shape: [size] },
    { axis: int(0), reduction: text('add') },
  );
  return asPictures(reshaped(graph, scattered, x.shape));
};

export const convolutions: Lowerings = {
  Conv2D: conv2d,
  Conv2DBackpropInput: conv2dBackpropInput,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  MaxPool: maxPool,
  MaxPoolGrad: maxPoolGrad,
};
