import { assertNever } from '../../problem.js';

/** What can be asked to compute, and what is meant by it. */

/** Devices that ONNX Runtime computes on, as experiments and logs call them. */
export const onnxDevices = ['cpu', 'webgpu', 'cuda', 'coreml', 'directml'] as const;
export type OnnxDeviceName = (typeof onnxDevices)[number];

/**
 * `auto`: the fastest that is there, by measurement. `onnx/…`: recorded, then run by ONNX Runtime on that device; `onnx`
 * alone is `onnx/cpu`, as it was in files from before there was a choice. `tensorflow`: through tfjs-node. `cpu`: plain
 * JavaScript, slow, the one that the others are checked against.
 */
export const engineChoices = [
  'auto',
  'onnx',
  'onnx/cpu',
  'onnx/webgpu',
  'onnx/cuda',
  'onnx/coreml',
  'onnx/directml',
  'tensorflow',
  'cpu',
] as const;
export type EngineChoice = (typeof engineChoices)[number];

/** An engine that can be made: no choice is left. */
export type EngineName = Exclude<EngineChoice, 'auto' | 'onnx'>;

export const isEngineChoice = (text: string): text is EngineChoice => engineChoices.some((choice) => choice === text);

/** The engine that a choice names; null where it is to be found out by measurement. */
export function namedEngine(choice: EngineChoice): EngineName | null {
  if (choice === 'auto') return null;
  return choice === 'onnx' ? 'onnx/cpu' : choice;
}

/** The device of an engine of ONNX Runtime. */
export function onnxDeviceOf(engine: `onnx/${OnnxDeviceName}`): OnnxDeviceName {
  switch (engine) {
    case 'onnx/cpu':
      return 'cpu';
    case 'onnx/webgpu':
      return 'webgpu';
    case 'onnx/cuda':
      return 'cuda';
    case 'onnx/coreml':
      return 'coreml';
    case 'onnx/directml':
      return 'directml';
    default:
      return assertNever(engine);
  }
}
