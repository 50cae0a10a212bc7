import { createRequire } from 'node:module';
import type * as OnnxRuntime from 'onnxruntime-node';
import { ProblemError } from '../../../../core/problem.js';
import { runtimeNotLoaded } from '../../../../machine/runtimeLibrary.js';

/** The library reads it when its first session is made. Anything in it turns its telemetry off, on Linux and macOS. */
const noTelemetry = 'ORT_DISABLE_TELEMETRY';

/**
 * ONNX Runtime, loaded where it is first needed: on a machine that it has no library for other engines still train, and
 * a run that wants it fails with the reason. Node.js keeps what is loaded. The one place that loads it (the lint holds
 * that), for by itself it keeps a device id and events in the user's cache folder, and sends them to its maker.
 * @throws ProblemError `no-engine`
 */
export function onnxRuntime(): typeof OnnxRuntime {
  process.env[noTelemetry] = '1';
  let loaded: unknown;
  try {
    loaded = createRequire(import.meta.url)('onnxruntime-node');
  } catch (error) {
    throw new ProblemError(runtimeNotLoaded(error), { cause: error });
  }
  if (isRuntime(loaded)) return loaded;
  throw new Error('onnxruntime-node has no InferenceSession');
}

const isRuntime = (loaded: unknown): loaded is typeof OnnxRuntime =>
  typeof loaded === 'object' && loaded !== null && 'InferenceSession' in loaded;
