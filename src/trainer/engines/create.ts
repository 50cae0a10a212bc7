import * as tf from '@tensorflow/tfjs-core';
import type { RunRecord } from '../../run/record.js';
import type { TensorflowPlace } from '../../run/tensorflowPlaces.js';
import { EagerEngine } from './eagerEngine.js';
import type { Engine } from './engine.js';
import { OnnxEngine } from './onnx/onnxEngine.js';
import { tensorflowEngine } from './tensorflow.js';

/**
 * The engine that a run asks for.
 * @param tensorflow where TensorFlow may be installed
 * @param note hears what is worth a line in the trainer's own output
 * @throws ProblemError `no-engine` where it is not installed or does not load; another is never taken in its place
 */
export async function createEngine(
  kind: RunRecord['execution']['engine'],
  { tensorflow, note }: { tensorflow: readonly TensorflowPlace[]; note: (text: string) => void },
): Promise<Engine> {
  switch (kind) {
    case 'onnx':
      return new OnnxEngine();
    case 'cpu':
      await import('@tensorflow/tfjs-backend-cpu');
      await tf.setBackend('cpu');
      return new EagerEngine('tfjs/cpu', 'plain JavaScript');
    case 'tensorflow':
      return tensorflowEngine(tensorflow, { note });
  }
}
