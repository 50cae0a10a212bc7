import type { Dialect } from '../../trace/kernel.js';
import { fusions, rowProducts } from '../../passes/fusions.js';
import { conv2d, convolved, type Convolve } from '../convolution.js';
import { conv2dBackpropFilter, filterGradient } from '../filterGradient.js';
import { conv2dBackpropInput, convolvedTurned } from '../inputGradient.js';
import { lowerings } from '../lowerings.js';
import { blockConvolved, kernelInBlocks, suitsBlocks, turnedKernelInBlocks } from './blockedConvolution.js';
import { blockedFilterGradient, suitsBlockedGradient } from './blockedFilterGradient.js';
import { absorptions, keepInBlocks } from './keepInBlocks.js';

/**
 * For a processor that computes so many channels together: convolutions of blocks of channels where shapes suit them,
 * and all else as ONNX Runtime's other providers have it.
 */
export function blockedDialect(block: number): Dialect {
  const convolve: Convolve = (graph, { x, kernel }, sizes) =>
    suitsBlocks(sizes, block)
      ? blockConvolved(graph, { x, kernel: kernelInBlocks(graph, kernel, block) }, sizes)
      : convolved(graph, { x, kernel }, sizes);
  const convolveTurned: Convolve = (graph, { x, kernel }, sizes) =>
    suitsBlocks(sizes, block)
      ? blockConvolved(graph, { x, kernel: turnedKernelInBlocks(graph, kernel, block) }, sizes)
      : convolvedTurned(graph, { x, kernel }, sizes);
  return {
    name: `onnxruntime in blocks of ${block.toString()}`,
    lowerings: {
      ...lowerings,
      Conv2D: conv2d(convolve),
      Conv2DBackpropInput: conv2dBackpropInput({ convolve, convolveTurned }),
      Conv2DBackpropFilter: conv2dBackpropFilter((graph, sides, sizes) =>
        suitsBlockedGradient(sizes, block)
          ? blockedFilterGradient(graph, sides, sizes, block)
          : filterGradient(graph, sides, sizes),
      ),
    },
    passes: [
      () => [rowProducts, ...fusions(['Reshape', 'ReorderOutput'])],
      (graph) => keepInBlocks(graph, block),
      () => absorptions,
    ],
  };
}
