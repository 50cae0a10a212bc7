import * as tf from '@tensorflow/tfjs-core';
import type { EngineName } from '../../core/spec/parts/engine.js';
import { createEngine, type EngineOptions } from '../engines/create.js';
import type { Program } from '../engines/engine.js';
import { onnxRuntime } from '../engines/onnx/runtime/onnxRuntime.js';
import { tensorNamed } from '../tensors.js';
import type { Findings } from './findings.js';

/**
 * Whether the engine of the runs is here and computes.
 * @param name null where it is chosen by measurement, from those of ONNX Runtime
 */
export async function checkEngine(
  name: EngineName | null,
  { machine, findings }: { machine: EngineOptions; findings: Findings },
): Promise<void> {
  await findings.of({ spec: null, path: ['engine'] }, async () => {
    if (name === null || name === 'onnx/cpu') {
      onnxRuntime();
      return;
    }
    const engine = await createEngine(name, machine);
    const variables = await engine.variables({ one: { shape: [1], values: Float32Array.of(1) } });
    const compiled = await engine.compile(addition, variables);
    await compiled.run({ x: Float32Array.of(1) });
    findings.looked(`${name}: ${engine.device}`);
    await compiled.dispose();
    variables.dispose();
    await engine.dispose();
  });
}

/** The least that can be computed: a driver that does not work shows with it. */
const addition: Program = {
  name: 'trial',
  inputs: { x: { shape: [1], dtype: 'float32' } },
  run: (variables, inputs) => ({
    outputs: { sum: tf.add(tensorNamed(variables, 'one'), tensorNamed(inputs, 'x')) },
    updates: {},
  }),
};
