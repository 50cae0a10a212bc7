import * as tf from '@tensorflow/tfjs-core';
import { ProblemError } from '../../../../core/problem.js';
import type { Graph } from '../graph/graph.js';
import { shapeOf, viewOf, type View } from './view.js';

/**
 * A tfjs backend that computes nothing: its kernels append nodes to a graph and return tensors that know only their
 * shape. Running a function once under it records the function, `tf.grads` included.
 */
export class TraceBackend extends tf.KernelBackend {
  readonly #views = new Map<object, { readonly view: View; references: number }>();

  constructor(readonly graph: Graph) {
    super();
  }

  /** Makes a tensor out of a value of the graph; tfjs owns it from here on. */
  tensor(view: View): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.register(view), this);
  }

  register(view: View): tf.TensorInfo {
    const dataId = {};
    this.#views.set(dataId, { view, references: 1 });
    return { dataId, shape: shapeOf(view), dtype: view.dtype };
  }

  viewOf({ dataId }: tf.TensorInfo): View {
    const entry = this.#views.get(dataId);
    if (entry === undefined) throw foreign();
    return entry.view;
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    const info = this.register(this.#constant(values, shape, dtype));
    return info.dataId;
  }

  #constant(values: tf.backend_util.BackendValues, shape: number[], type: tf.DataType): View {
    const isTyped = values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array;
    if (!isTyped || type === 'string' || type === 'complex64') throw untraceable(`a constant of type ${type}`);
    const [first] = values;
    // tfjs's gradients of sums and means multiply with as many ones as there are.
    const isRepeated = first !== undefined && values.length > 64 && values.every((value) => value === first);
    const value = isRepeated
      ? this.graph.repeated(first, { type, shape })
      : this.graph.constant(Array.from(values), { type, shape });
    return viewOf(value, type);
  }

  override move(): never {
    throw foreign();
  }

  override read(): never {
    throw untraceable('reading a tensor (data)', 'A program may not look at values: return the tensor as an output.');
  }

  override readSync(): never {
    throw untraceable(
      'reading a tensor (dataSync)',
      'A program may not look at values: return the tensor as an output.',
    );
  }

  override disposeData(dataId: object, force = false): boolean {
    const entry = this.#views.get(dataId);
    if (entry === undefined) return true;
    entry.references -= 1;
    if (!force && entry.references > 0) return false;
    this.#views.delete(dataId);
    return true;
  }

  override incRef(dataId: object): void {
    const entry = this.#views.get(dataId);
    if (entry !== undefined) entry.references += 1;
  }

  override refCount(dataId: object): number {
    return this.#views.get(dataId)?.references ?? 0;
  }

  override numDataIds(): number {
    return this.#views.size;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    this.#views.clear();
  }
}

const foreign = (): ProblemError =>
  untraceable('a tensor made outside the program', 'Hand it to the program as an input or a variable.');

export function untraceable(what: string, fix?: string): ProblemError {
  return new ProblemError({
    code: 'untraceable',
    message: `The training step uses ${what}, which cannot be recorded for ONNX Runtime.`,
    fix: fix ?? 'Use other operations, or choose the engine "tensorflow" or "cpu" in the experiment.',
  });
}
