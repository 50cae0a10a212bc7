import type { Graph } from '../graph/graph.js';
import type { Lowering, Lowerings } from '../trace/kernel.js';
import { convolved, outInHW, type Convolve } from './convolution.js';
import {
  area,
  convolutionGeometry,
  asPictures,
  gathered,
  mostColumns,
  pictures,
  summedOverTaps,
  withPixel,
  type Geometry,
} from './windows.js';
import { float32, int, ints, sizeOf, type Value } from '../graph/value.js';
import { at, reshaped } from '../graph/shapes.js';

/**
 * dL/dx. At stride 1 it is a convolution with the kernel turned by 180°; where the weights are more than what they meet,
 * turning them takes longer than all else, and `ConvTranspose` reads them as they lie. At other strides it is one
 * product whose results are added up where windows overlap, or, of large pictures, several convolutions at stride 1.
 */
export const conv2dBackpropInput =
  (convolutions: Convolutions): Lowering =>
  (call) => {
    const sizes = convolutionGeometry(call, { x: call.numbers('inputShape'), kernel: call.shape('filter') });
    const form = formOf(sizes);
    const factors = { dy: pictures(call, 'dy'), kernel: call.value('filter', outInHW) };
    return asPictures(form(call.graph, factors, sizes, convolutions));
  };

/** The convolutions that a gradient may be made of. */
export interface Convolutions {
  readonly convolve: Convolve;
  /** With the kernel turned by 180°, and its inputs for outputs. */
  readonly convolveTurned: Convolve;
}

/** dy [out, height, width, batch] and the kernel [out, in, h, w]. */
interface Factors {
  readonly dy: Value;
  readonly kernel: Value;
}

type Form = (graph: Graph, factors: Factors, sizes: Geometry, convolutions: Convolutions) => Value;

function formOf(sizes: Geometry): Form {
  const { input, output, window, strides, batch } = sizes;
  const taps = window[0] * window[1];
  if (strides.every((stride) => stride === 1) && taps > 1) {
    return input.channels > area(input) * batch ? byConvTranspose : byTurnedKernel;
  }
  const small = input.channels * taps * area(output) * batch <= mostColumns;
  return small || taps === 1 || phasesOf(sizes).some(leavesWindowsOut) ? byTaps : byPhases;
}

const leavesWindowsOut = ({ pads: { top, left, bottom, right } }: Phase): boolean =>
  Math.min(top, left, bottom, right) < 0;

const byTurnedKernel: Form = (graph, { dy, kernel }, sizes, { convolveTurned }) => {
  const [kh, kw] = sizes.window;
  const { top, left, bottom, right } = sizes.pads;
  const back: Geometry = {
    ...sizes,
    input: sizes.output,
    output: sizes.input,
    pads: { top: kh - 1 - top, left: kw - 1 - left, bottom: kh - 1 - bottom, right: kw - 1 - right },
  };
  return convolveTurned(graph, { x: dy, kernel }, back);
};

export const convolvedTurned: Convolve = (graph, { x, kernel }, sizes) => {
  const { window } = sizes;
  const last = window[0] * window[1] - 1;
  const backwards = Array.from({ length: last + 1 }, (_, index) => last - index);
  return convolved(graph, { x, kernel: turned(graph, kernel, { taps: backwards, window }) }, sizes);
};

const byConvTranspose: Form = (graph, { dy, kernel }, { input, output, window, pads, batch }) => {
  const rows = graph.node(
    'ConvTranspose',
    [reshaped(graph, dy, [1, output.channels, output.height, output.width * batch]), kernel],
    float32([1, input.channels, input.height, input.width * batch]),
    {
      kernel_shape: ints(window),
      dilations: ints([1, batch]),
      pads: ints([pads.top, pads.left * batch, pads.bottom, pads.right * batch]),
    },
  );
  return reshaped(graph, rows, [input.channels, input.height, input.width, batch]);
};

/** Weightsᵀ · dy is what every tap of every window gets; a pixel gets the sum of the taps that lay over it. */
const byTaps: Form = (graph, { dy, kernel }, sizes) => {
  const { input, output, window, strides, batch } = sizes;
  const taps = window[0] * window[1];
  const onePixel = taps === 1 && strides.every((stride) => stride === 1) && area(input) === area(output);
  // One window more, with a gradient of 0, for pixels that have fewer taps over them than others.
  const windows = area(output) + (onePixel ? 0 : 1);
  const slopes = onePixel ? dy : withPixel(graph, dy, 0);
  const weights = input.channels * taps;
  const product = graph.node(
    'Gemm',
    [reshaped(graph, kernel, [output.channels, weights]), reshaped(graph, slopes, [output.channels, windows * batch])],
    float32([weights, windows * batch]),
    { transA: int(1), transB: int(0) },
  );
  const places = reshaped(graph, product, [input.channels, taps * windows, batch]);
  return summedOverTaps(graph, places, sizes, { stride: windows, none: windows - 1 });
};

/** Pixels that lie over the same taps of their windows, those of a stride apart. */
interface Phase {
  readonly height: number;
  readonly width: number;
  /** Taps over these pixels, in the order in which they meet windows. */
  readonly taps: readonly number[];
  readonly window: readonly [number, number];
  readonly pads: Geometry['pads'];
}

/**
 * At stride s a pixel is under every s-th tap only. The pixels y, y + s, y + 2s … have the same ones, and their gradient is
 * a convolution of dy with those taps at stride 1 ("sub-pixel convolution", Shi et al. 2016).
 */
const byPhases: Form = (graph, { dy, kernel }, sizes, { convolve }) => {
  const { input, output, strides, batch } = sizes;
  const phases = phasesOf(sizes);
  const parts = phases.map(({ height, width, taps, window, pads }) => {
    const plane = { channels: input.channels, height, width };
    if (taps.length === 0) return graph.repeated(0, float32([input.channels, height * width, batch]));
    const part = convolve(
      graph,
      { x: dy, kernel: turned(graph, kernel, { taps, window }) },
      {
        strides: [1, 1],
        pads,
        window,
        input: output,
        output: plane,
        batch,
      },
    );
    return reshaped(graph, part, [input.channels, height * width, batch]);
  });
  const all = graph.node('Concat', parts, float32([input.channels, area(input), batch]), { axis: int(1) });
  const begins: number[] = [];
  let count = 0;
  for (const { height, width } of phases) {
    begins.push(count);
    count += height * width;
  }
  const places = Array.from({ length: area(input) }, (_, pixel) => {
    const [y, x] = [Math.floor(pixel / input.width), pixel % input.width];
    const index = (y % strides[0]) * Math.min(strides[1], input.width) + (x % strides[1]);
    const { width } = at(phases, index);
    return at(begins, index) + Math.floor(y / strides[0]) * width + Math.floor(x / strides[1]);
  });
  return reshaped(graph, gathered(graph, all, places), [input.channels, input.height, input.width, batch]);
};

function phasesOf({ input, output, strides, window, pads }: Geometry): Phase[] {
  const [down, across] = [
    { size: input.height, stride: strides[0], taps: window[0], before: pads.top, windows: output.height },
    { size: input.width, stride: strides[1], taps: window[1], before: pads.left, windows: output.width },
  ];
  return phasesAlong(down).flatMap((row) =>
    phasesAlong(across).map((column): Phase => ({
      height: row.size,
      width: column.size,
      taps: row.taps.flatMap((tapY) => column.taps.map((tapX) => tapY * window[1] + tapX)),
      window: [row.taps.length, column.taps.length],
      pads: { top: row.before, bottom: row.after, left: column.before, right: column.after },
    })),
  );
}

/** Sizes along one axis. */
type Axis = Readonly<Record<'size' | 'stride' | 'taps' | 'before' | 'windows', number>>;

const phasesAlong = (axis: Axis) =>
  Array.from({ length: Math.min(axis.stride, axis.size) }, (_, first) => phaseOf(first, axis));

/** Along one axis: the pixels first, first + stride …; pixel first + i · stride is under tap t of window i + offset(t). */
function phaseOf(first: number, { size, stride, taps, before, windows }: Axis) {
  const count = Math.ceil((size - first) / stride);
  const over = Array.from({ length: taps }, (_, tap) => taps - 1 - tap).filter(
    (tap) => (first + before - tap) % stride === 0,
  );
  const offset = (tap: number | undefined): number => (first + before - (tap ?? 0)) / stride;
  return {
    size: count,
    taps: over,
    before: over.length === 0 ? 0 : -offset(over[0]),
    after: over.length === 0 ? 0 : count + offset(over.at(-1)) - windows,
  };
}

/**
 * Some taps of a kernel [out, in, h, w] as a kernel [in, out, …window]. By two transposes of matrices with whole rows
 * between them: ONNX Runtime moves single elements five times slower.
 */
function turned(
  graph: Graph,
  kernel: Value,
  { taps, window }: { taps: readonly number[]; window: readonly [number, number] },
): Value {
  const [outputs, inputs] = [at(kernel.shape, 0), at(kernel.shape, 1)];
  const all = sizeOf(kernel.shape) / (outputs * inputs);
  const matrix = graph.node(
    'Transpose',
    [reshaped(graph, kernel, [outputs, inputs * all])],
    float32([inputs * all, outputs]),
    { perm: ints([1, 0]) },
  );
  const chosen = gathered(graph, reshaped(graph, matrix, [inputs, all, outputs]), taps);
  const result = graph.node('Transpose', [chosen], float32([inputs, outputs, taps.length]), { perm: ints([0, 2, 1]) });
  return reshaped(graph, result, [inputs, outputs, ...window]);
}

export const inputGradients: Lowerings = {
  Conv2DBackpropInput: conv2dBackpropInput({ convolve: convolved, convolveTurned: convolvedTurned }),
};
