import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onnxDevices, type EngineName } from '../core/spec/parts/engine.js';
import type { Problem } from '../core/problem.js';
import type { Card } from './cards.js';
import { missingRuntime, runtimeFolder } from './runtimeLibrary.js';

/** An engine that may be here, or why it cannot be. */
export type Candidate =
  | { readonly engine: EngineName; readonly possible: true }
  | { readonly engine: EngineName; readonly possible: false; readonly problem: Problem };

/**
 * The engines that are worth trying on this machine, and why not the others. Looks at files only, for it costs every run
 * that leaves the choice to us.
 */
export async function candidates(
  cards: readonly Card[],
  platform: NodeJS.Platform = process.platform,
): Promise<Candidate[]> {
  const problem = missingRuntime();
  if (problem !== null) {
    return onnxDevices.map((device) => ({ engine: `onnx/${device}` as const, possible: false, problem }));
  }
  return [
    { engine: 'onnx/cpu', possible: true },
    await webgpu(cards, platform),
    cuda(cards, platform),
    only('onnx/coreml', { is: platform === 'darwin', on: 'macOS' }),
    only('onnx/directml', { is: platform === 'win32', on: 'Windows' }),
  ];
}

/** macOS and Windows bring a driver along; on Linux there must be a device, or someone who says that there is a driver. */
async function webgpu(cards: readonly Card[], platform: NodeJS.Platform): Promise<Candidate> {
  const engine = 'onnx/webgpu';
  const named = process.env.VK_ICD_FILENAMES ?? process.env.VK_DRIVER_FILES;
  if (platform !== 'linux' || cards.length > 0 || named !== undefined) return { engine, possible: true };
  const devices = await readdir('/dev/dri').catch(() => []);
  if (devices.some((name) => name.startsWith('renderD')) || existsSync('/dev/dxg')) return { engine, possible: true };
  return {
    engine,
    possible: false,
    problem: {
      code: 'no-device',
      message: 'There is no graphics card here: neither /dev/dri nor nvidia-smi knows one.',
      fix: 'In a container, hand the card in: `--device /dev/dri`, or `--gpus all`.',
    },
  };
}

function cuda(cards: readonly Card[], platform: NodeJS.Platform): Candidate {
  const engine = 'onnx/cuda';
  const impossible = (code: string, message: string, fix: string): Candidate => ({
    engine,
    possible: false,
    problem: { code, message, fix },
  });
  if (platform !== 'linux') {
    return impossible('no-engine', 'onnxruntime-node has CUDA for Linux only.', 'Use "onnx/webgpu".');
  }
  if (!cards.some(({ maker }) => maker === 'NVIDIA')) {
    return impossible(
      'no-device',
      'There is no NVIDIA card here: nvidia-smi knows none.',
      'Use "onnx/webgpu" on other cards.',
    );
  }
  if (!existsSync(join(runtimeFolder(), 'libonnxruntime_providers_cuda.so'))) {
    return impossible(
      'no-engine',
      'ONNX Runtime’s files for CUDA are not installed: the npm package leaves them out by default.',
      'docs/engines.md says how to install them; CUDA 12 and cuDNN 9 are needed as well.',
    );
  }
  return { engine, possible: true };
}

function only(engine: EngineName, { is, on }: { is: boolean; on: string }): Candidate {
  if (is) return { engine, possible: true };
  const problem = { code: 'no-engine', message: `It is part of ${on}.`, fix: 'Use "onnx/webgpu" or "onnx/cpu".' };
  return { engine, possible: false, problem };
}
