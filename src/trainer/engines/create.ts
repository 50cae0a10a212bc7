import * as tf from '@tensorflow/tfjs-core';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onnxDeviceOf, type EngineName, type OnnxDeviceName } from '../../core/spec/parts/engine.js';
import { tensorflowPlaces } from '../../machine/packages/tensorflowPlaces.js';
import { EagerEngine } from './eagerEngine.js';
import type { Engine } from './engine.js';
import { hardwareOf } from './hardware.js';
import { onnxDeviceTable } from './onnx/runtime/device.js';
import { OnnxEngine, type OnnxOptions } from './onnx/onnxEngine.js';
import { onnxRuntime } from './onnx/runtime/onnxRuntime.js';
import { notLoaded } from './onnx/runtime/runtimeProblem.js';
import { tensorflowEngine } from './tensorflow.js';

export interface EngineOptions extends Pick<OnnxOptions, 'onNote' | 'threads'> {
  /** Names of the machine's cards. */
  readonly cards?: readonly string[];
}

/**
 * The engine that a run asks for.
 * @throws ProblemError `no-engine` where it is not installed or does not load; another is never taken in its place
 */
export async function createEngine(name: EngineName, options: EngineOptions = {}): Promise<Engine> {
  switch (name) {
    case 'onnx/cpu':
    case 'onnx/webgpu':
    case 'onnx/cuda':
    case 'onnx/coreml':
    case 'onnx/directml':
      return createOnnxEngine(onnxDeviceOf(name), options);
    case 'cpu':
      await import('@tensorflow/tfjs-backend-cpu');
      await tf.setBackend('cpu');
      return new EagerEngine('tfjs/cpu', 'plain JavaScript');
    case 'tensorflow':
      return createTensorflow(options);
  }
}

function createOnnxEngine(
  device: OnnxDeviceName,
  { cards = [], threads = availableParallelism(), onNote }: EngineOptions,
): Engine {
  const { backend } = onnxDeviceTable[device];
  const supported = onnxRuntime().listSupportedBackends();
  if (!supported.some(({ name }) => name === backend)) throw notLoaded(device);
  const hardware = hardwareOf(device, { cards, threads });
  return new OnnxEngine({ device, threads, hardware, ...(onNote === undefined ? {} : { onNote }) });
}

function createTensorflow({ onNote = () => undefined }: EngineOptions): Promise<Engine> {
  const beside = dirname(fileURLToPath(import.meta.url));
  return tensorflowEngine(tensorflowPlaces({ environment: process.env, beside }), { note: onNote });
}
