import * as tf from '@tensorflow/tfjs-core';
import { listSupportedBackends } from 'onnxruntime-node';
import util from 'node:util';
import { onnxDeviceOf, type EngineName, type OnnxDeviceName } from '../../core/engine.js';
import { ProblemError } from '../../core/problem.js';
import { EagerEngine } from './eagerEngine.js';
import type { Engine } from './engine.js';
import { hardwareOf } from './hardware.js';
import { onnxDeviceTable } from './onnx/device.js';
import { OnnxEngine, type OnnxOptions } from './onnx/onnxEngine.js';
import { notLoaded } from './onnx/runtimeProblem.js';

/** What `tensorflow` may be installed as, the one with CUDA first. */
const tensorflowPackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

export interface EngineOptions extends Pick<OnnxOptions, 'onNote'> {
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
      return tensorflowEngine();
  }
}

function createOnnxEngine(device: OnnxDeviceName, { cards = [], onNote }: EngineOptions): Engine {
  const { backend } = onnxDeviceTable[device];
  if (!listSupportedBackends().some(({ name }) => name === backend)) throw notLoaded(device);
  return new OnnxEngine({ device, hardware: hardwareOf(device, cards), ...(onNote === undefined ? {} : { onNote }) });
}

async function tensorflowEngine(): Promise<Engine> {
  restoreNullCheck();
  const failures: string[] = [];
  for (const name of tensorflowPackages) {
    try {
      await import(name);
      await tf.setBackend('tensorflow');
      return new EagerEngine(name.endsWith('gpu') ? 'tensorflow/gpu' : 'tensorflow/cpu', `TensorFlow through ${name}`);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`);
    }
  }
  throw new ProblemError({
    code: 'no-engine',
    message: `The engine "tensorflow" could not be loaded. ${failures.join(' ')}`,
    mend: `Install ${tensorflowPackages[0]} (CUDA 11.2, cuDNN 8.1) or ${tensorflowPackages[1]} beside Distillery, or leave "engine" out to use ONNX Runtime, which needs neither.`,
  });
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 took away (tensorflow/tfjs#8609). */
function restoreNullCheck(): void {
  if (!('isNullOrUndefined' in util)) {
    Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  }
}
