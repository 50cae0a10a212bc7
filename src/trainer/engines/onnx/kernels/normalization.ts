import { float, sizeOf, type Value } from '../graph.js';
import type { Call, Lowering, Lowerings } from '../kernel.js';
import { at, reshaped } from '../view.js';
import { asPictures, pictures } from './windows.js';

/**
 * scale · (x − mean) / √(variance + ε) + offset of pictures [batch, height, width, channels], with statistics that may
 * have been computed in the step: ONNX's `BatchNormalization`, which takes one pass over x.
 */
const fusedBatchNorm: Lowering = (call) => {
  const { graph } = call;
  const x = pictures(call, 'x');
  const channels = at(x.shape, 0);
  const vector = (name: string): Value => reshaped(graph, call.value(name), [channels]);
  const scale = call.has('scale') ? vector('scale') : constant(call, { channels, value: 1 });
  const offset = call.has('offset') ? vector('offset') : constant(call, { channels, value: 0 });
  const rows = reshaped(graph, x, [1, channels, sizeOf(x.shape) / channels]);
  const normalized = graph.node('BatchNormalization', [rows, scale, offset, vector('mean'), vector('variance')], rows, {
    epsilon: float(call.number('varianceEpsilon')),
  });
  return asPictures(reshaped(graph, normalized, x.shape));
};

const constant = ({ graph }: Call, { channels, value }: { channels: number; value: number }): Value =>
  graph.constant(new Float32Array(channels).fill(value), { type: 'float32', shape: [channels] });

export const normalizations: Lowerings = { FusedBatchNorm: fusedBatchNorm };
