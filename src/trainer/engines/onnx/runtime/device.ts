import type { InferenceSession } from 'onnxruntime-node';
import type { OnnxDeviceName } from '../../../../core/spec/parts/engine.js';

/** What ONNX Runtime is to be told, and what is to be recorded for it, where devices differ. */
export interface OnnxDevice {
  readonly name: OnnxDeviceName;
  /** ONNX Runtime's execution provider. What it lacks the runtime computes on the CPU. */
  readonly provider: InferenceSession.ExecutionProviderConfig;
  /** The provider's name in `listSupportedBackends`. */
  readonly backend: string;
  /**
   * `host`: variables are arrays of this process that go in and come out. `device`: they stay on the card from step to
   * step; only WebGPU's can, in the binding for Node.
   */
  readonly memory: 'host' | 'device';
  /** Whether several steps are worth a `Loop`: where the provider has none, its state would cross the bus every step. */
  readonly loops: boolean;
  /** Whether only plain ONNX is recorded: no operation of ONNX Runtime's own, no indices of poolings. */
  readonly plain: boolean;
}

export const onnxDeviceTable: Readonly<Record<OnnxDeviceName, OnnxDevice>> = {
  cpu: { name: 'cpu', provider: 'cpu', backend: 'cpu', memory: 'host', loops: true, plain: false },
  webgpu: { name: 'webgpu', provider: 'webgpu', backend: 'webgpu', memory: 'device', loops: false, plain: true },
  cuda: { name: 'cuda', provider: 'cuda', backend: 'cuda', memory: 'host', loops: true, plain: false },
  // An ML Program, the newer of Core ML's formats: it has more operations (flag 0x010 of the provider).
  coreml: {
    name: 'coreml',
    provider: { name: 'coreml', coreMlFlags: 0x010 },
    backend: 'coreml',
    memory: 'host',
    loops: false,
    plain: true,
  },
  directml: { name: 'directml', provider: 'dml', backend: 'dml', memory: 'host', loops: false, plain: false },
};
