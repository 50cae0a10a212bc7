import { float, type Value } from '../graph.js';
import type { Call, Lowering, Lowerings } from '../kernel.js';
import { at, reshaped, viewOf } from '../view.js';

const channelsFirst = [0, 3, 1, 2];

/**
 * scale · (x − mean) / √(variance + ε) + offset of pictures [batch, height, width, channels], with statistics that may
 * have been computed in the step: ONNX's `BatchNormalization`, which takes one pass over x.
 */
const fusedBatchNorm: Lowering = (call) => {
  const { graph } = call;
  const x = call.value('x', channelsFirst);
  const channels = at(x.shape, 1);
  const vector = (name: string): Value => reshaped(graph, call.value(name), [channels]);
  const scale = call.has('scale') ? vector('scale') : constant(call, { channels, value: 1 });
  const offset = call.has('offset') ? vector('offset') : constant(call, { channels, value: 0 });
  const inputs = [x, scale, offset, vector('mean'), vector('variance')];
  return viewOf(
    graph.node('BatchNormalization', inputs, x, { epsilon: float(call.number('varianceEpsilon')) }),
    'float32',
    [0, 2, 3, 1],
  );
};

const constant = ({ graph }: Call, { channels, value }: { channels: number; value: number }): Value =>
  graph.constant(new Float32Array(channels).fill(value), { type: 'float32', shape: [channels] });

export const normalizations: Lowerings = { FusedBatchNorm: fusedBatchNorm };
