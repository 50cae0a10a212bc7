import type { Dialect, Lowering, Lowerings } from '../../trace/kernel.js';
import { fusions } from '../../passes/fusions.js';
import { viewOf } from '../../trace/view.js';
import { lowerings } from '../lowerings.js';
import { plainRules } from './plainRules.js';
import { plainConvolutions } from './plainConvolution.js';
import { plainPoolings } from './plainPooling.js';
import { float32, int } from '../../graph/value.js';
import { at, cast, inOrder } from '../../graph/shapes.js';

/**
 * The first of the largest: the least index where the value is the maximum, counted in float32. ONNX's `ArgMax` gives
 * int64, which WebGPU hands to the CPU.
 */
const argMax: Lowering = (call) => {
  const { graph } = call;
  const x = call.value('x');
  const axis = at(call.axes('axis', x.shape.length), 0);
  const length = at(x.shape, axis);
  const along = (size: number, others: (size: number) => number): number[] =>
    x.shape.map((own, index) => (index === axis ? size : others(own)));
  const maximum = graph.node('ReduceMax', [x, graph.list([axis])], float32(along(1, (own) => own)), {
    keepdims: int(1),
  });
  const counted = float32(along(length, () => 1));
  const indices = graph.constant(Float32Array.from(inOrder(length)), counted);
  const found = graph.node('Equal', [x, maximum], { type: 'bool', shape: x.shape });
  const candidates = graph.node('Where', [found, indices, graph.scalar(length)], float32(x.shape));
  const shape = x.shape.filter((_, index) => index !== axis);
  const index = graph.node('ReduceMin', [candidates, graph.list([axis])], float32(shape), { keepdims: int(0) });
  return viewOf(cast(graph, index, 'int32'), 'int32');
};

/** 1 where x > 0, else 0. */
const step: Lowering = (call) => {
  const { graph } = call;
  if (call.number('alpha') !== 0) throw call.unexpected('alpha');
  const { value, axes } = call.view('x');
  const positive = graph.node('Greater', [value, graph.scalar(0)], { type: 'bool', shape: value.shape });
  return viewOf(cast(graph, positive, 'float32'), 'float32', axes);
};

/** Every tfjs kernel as providers have it that know plain ONNX, and pictures as ONNX has them. */
const plainLowerings: Lowerings = {
  ...lowerings,
  ...plainConvolutions,
  ...plainPoolings,
  ArgMax: argMax,
  Step: step,
};

/** For providers, and runtimes of others, that know plain ONNX alone. */
export const plainDialect: Dialect = {
  name: 'plain',
  lowerings: plainLowerings,
  passes: [() => fusions(), () => plainRules],
};
