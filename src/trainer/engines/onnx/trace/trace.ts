import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { ProblemError } from '../../../../core/problem.js';
import type { Program, Tensors, TensorSpec } from '../../engine.js';
import { Graph } from '../graph/graph.js';
import { batchInput, variableInput } from '../graph/names.js';
import { registerLowerings, type Dialect } from './kernel.js';
import { TraceBackend, untraceable } from './traceBackend.js';
import { laidOut, viewOf } from './view.js';
import { float32, type Value } from '../graph/value.js';

/** A program written down: what goes in and what comes out, under the names of the program. */
export interface Trace {
  readonly graph: Graph;
  readonly outputs: Readonly<Record<string, Value>>;
  /** New values of variables, by the variables' names. */
  readonly updates: Readonly<Record<string, Value>>;
}

/**
 * Runs a program once with tensors that know only their shapes, and returns what it did as a graph. tfjs has one backend
 * at a time: so there may be one trace at a time.
 * @param dialect how operations are written; its passes are left to whoever wants them
 * @throws ProblemError `untraceable` where the program reads a value or uses an operation that has no ONNX form
 */
export async function trace(
  program: Program,
  shapes: Readonly<Record<string, readonly number[]>>,
  dialect: Dialect,
): Promise<Trace> {
  const backendName = registerLowerings(dialect);
  const backend = new TraceBackend(new Graph());
  const before = tf.engine().backendName;
  tf.registerBackend(backendName, () => backend);
  await tf.setBackend(backendName);
  tf.engine().startScope('trace');
  try {
    const variables: Record<string, tf.Tensor> = {};
    for (const [name, shape] of Object.entries(shapes)) {
      const value = backend.graph.input(variableInput(name), float32(shape));
      variables[name] = backend.tensor(viewOf(value, 'float32'));
    }
    const inputs: Record<string, tf.Tensor> = {};
    for (const [name, spec] of Object.entries(program.inputs)) inputs[name] = inputTensor(backend, name, spec);
    const result = program.run(variables, inputs);
    const values = (tensors: Tensors): Record<string, Value> =>
      Object.fromEntries(
        Object.entries(tensors).map(([name, tensor]) => [name, laidOut(backend.graph, backend.viewOf(tensor))]),
      );
    const { graph } = backend;
    const [outputs, updates] = [values(result.outputs), values(result.updates)];
    graph.outputs = [...Object.values(outputs), ...Object.values(updates)];
    return { graph, outputs, updates };
  } catch (error) {
    throw explained(error, program);
  } finally {
    tf.engine().endScope();
    tf.removeBackend(backendName);
    if (before) await tf.setBackend(before);
  }
}

function inputTensor(backend: TraceBackend, name: string, { shape, dtype }: TensorSpec): tf.Tensor {
  const value = backend.graph.input(batchInput(name), { type: dtype, shape });
  return backend.tensor(viewOf(value, dtype === 'float32' ? 'float32' : 'int32'));
}

/** tfjs tells of a missing kernel in a sentence; a person wants to know which operation, and what to do. */
function explained(error: unknown, program: Program): unknown {
  if (error instanceof ProblemError) {
    return new ProblemError({ ...error.problem, place: { path: program.name } }, { cause: error });
  }
  const kernel = error instanceof Error ? /Kernel '([^']+)' not registered/.exec(error.message)?.[1] : undefined;
  if (kernel === undefined) return error;
  return new ProblemError(
    { ...untraceable(`the operation ${kernel}`).problem, place: { path: program.name } },
    { cause: error },
  );
}
