import type { Call, Lowering, Lowerings } from '../trace/kernel.js';
import { shapeOf, viewOf } from '../trace/view.js';
import { asPictures, pictures } from './windows.js';
import { float, float32, sizeOf, type Value } from '../graph/value.js';
import { at, cast, reshaped } from '../graph/shapes.js';

/**
 * scale · (x − mean) / √(variance + ε) + offset of pictures [batch, height, width, channels], with statistics that may
 * have been computed in the step: ONNX's `BatchNormalization`, which takes one pass over x. It wants channels as the
 * second axis. Where they lie there they stay; where they lie first, an axis of one element is put before them.
 */
const fusedBatchNorm: Lowering = (call) => {
  const { graph } = call;
  const view = call.view('x');
  const channels = at(shapeOf(view), 3);
  const vector = (name: string): Value => reshaped(graph, call.value(name), [channels]);
  const scale = call.has('scale') ? vector('scale') : constant(call, { channels, value: 1 });
  const offset = call.has('offset') ? vector('offset') : constant(call, { channels, value: 0 });
  const second = view.axes[3] === 1;
  const x = second ? cast(graph, view.value, 'float32') : pictures(call, 'x');
  const rows = second ? x : reshaped(graph, x, [1, channels, sizeOf(x.shape) / channels]);
  const normalized = graph.node('BatchNormalization', [rows, scale, offset, vector('mean'), vector('variance')], rows, {
    epsilon: float(call.number('varianceEpsilon')),
  });
  return second ? viewOf(normalized, 'float32', view.axes) : asPictures(reshaped(graph, normalized, x.shape));
};

const constant = ({ graph }: Call, { channels, value }: { channels: number; value: number }): Value =>
  graph.constant(new Float32Array(channels).fill(value), float32([channels]));

export const normalizations: Lowerings = { FusedBatchNorm: fusedBatchNorm };
