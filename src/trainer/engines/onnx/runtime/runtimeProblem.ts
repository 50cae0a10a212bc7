import type { OnnxDeviceName } from '../../../../core/spec/parts/engine.js';
import { ProblemError, type Problem } from '../../../../core/problem.js';
import { deviceSigns } from '../../../../machine/deviceSigns.js';
import type { MemoryNeed } from '../graph/memoryNeed.js';

/** What was being computed, and on what, when ONNX Runtime gave up. */
export interface Situation {
  readonly device: OnnxDeviceName;
  /** What was run: `train step`. */
  readonly program: string;
  readonly need: MemoryNeed;
  /** Examples that the program takes at once; null where it takes none. */
  readonly batchSize: number | null;
}

/** How providers and drivers say it. What they throw is no more than a text. */
const signs = {
  noAdapter: /Failed to get a WebGPU adapter/i,
  noWebGpuDevice: /Failed to get a WebGPU device/i,
  notLoaded: /Failed to load shared library|cannot open shared object|LoadLibrary failed|not found or is corrupted/i,
  noBackend: /no available backend found|is unsupported: '/i,
  ...deviceSigns,
  noCudaDevice: /no CUDA-capable device|CUDA driver version is insufficient|CUDA failure (35|38|100)\b/i,
} as const;

/** An error of ONNX Runtime in words for a person; what is a problem already stays as it is. */
export function runtimeProblem(error: unknown, situation: Situation): ProblemError {
  if (error instanceof ProblemError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new ProblemError(problemIn(text, situation), { cause: error });
}

function problemIn(text: string, situation: Situation): Problem {
  const { device } = situation;
  const engine = `onnx/${device}`;
  const elsewhere = 'resume with `--engine onnx/cpu`, or with another engine that `distillery engines` lists';
  if (signs.noAdapter.test(text)) {
    return {
      code: 'no-device',
      message: `The engine "${engine}" found no graphics card that it can use: no driver for Vulkan, Metal or Direct3D 12 answered.`,
      fix: `Install the driver of the card (on Linux its Vulkan driver, in a container also its files under /usr/share/vulkan/icd.d), or choose the engine "auto" or "onnx/cpu".`,
    };
  }
  if (signs.noWebGpuDevice.test(text)) {
    return {
      code: 'driver-lacks-features',
      message: `The driver of the graphics card lacks what the engine "${engine}" needs. It said: ${firstLine(text)}`,
      fix: 'Update the driver of the card, or choose the engine "auto" or "onnx/cpu".',
    };
  }
  if (signs.notLoaded.test(text) || signs.noBackend.test(text)) return notLoadedProblem(device, text);
  if (signs.noCudaDevice.test(text)) {
    return {
      code: 'no-device',
      message: `The engine "${engine}" found no card that CUDA can use. It said: ${firstLine(text)}`,
      fix: 'Check that `nvidia-smi` lists the card and that its driver is for CUDA 12, or choose the engine "auto" or "onnx/cpu".',
    };
  }
  if (signs.memory.test(text)) return outOfMemory(situation, text);
  if (signs.lost.test(text)) {
    return {
      code: 'device-lost',
      message: `The graphics card was lost in the middle of the ${situation.program}: its driver was reset, the machine slept, or it was taken away. The engine "${engine}" said: ${firstLine(text)}`,
      fix: `The last checkpoint is intact. Resume the run, or ${elsewhere}.`,
    };
  }
  return {
    code: 'engine-failed',
    message: `ONNX Runtime could not run the ${situation.program} with the engine "${engine}". It said: ${firstLine(text)}`,
    fix: `The last checkpoint is intact: ${elsewhere}. Please report this with trainer.log of the run and what \`distillery doctor\` prints.`,
  };
}

/** What a program takes, for a message. */
export const needWords = (program: string, { inputs, results, largest }: MemoryNeed): string =>
  `the ${program} needs ${bytes(inputs + results)} at least: ${bytes(inputs)} for weights, optimizer and batch, ` +
  `${bytes(results)} for results in between; its largest tensor takes ${bytes(largest)}`;

function outOfMemory({ device, program, need, batchSize }: Situation, text: string): Problem {
  const where = device === 'cpu' ? 'The machine' : 'The graphics card';
  const smaller = batchSize !== null && batchSize > 1 ? Math.max(1, Math.floor(batchSize / 2)) : null;
  return {
    code: 'out-of-memory',
    message: `${where} has too little memory: ${needWords(program, need)}. The engine "onnx/${device}" said: ${firstLine(text)}`,
    fix:
      (smaller === null
        ? 'Use a smaller network'
        : `Use a smaller batch: \`"batchSize": ${smaller.toString()}\` takes about half`) +
      (device === 'cpu'
        ? ', or end what else takes memory.'
        : ', end what else uses the card, or choose the engine "onnx/cpu".'),
  };
}

/** For a provider that this build of ONNX Runtime does not have. */
export const notLoaded = (device: OnnxDeviceName): ProblemError =>
  new ProblemError(notLoadedProblem(device, 'this build has no such provider'));

function notLoadedProblem(device: OnnxDeviceName, text: string): Problem {
  const message = `The engine "onnx/${device}" could not be loaded. ONNX Runtime said: ${firstLine(text)}`;
  switch (device) {
    case 'cuda':
      return {
        code: 'no-engine',
        message,
        fix: 'It is for Linux with an NVIDIA card, CUDA 12 and cuDNN 9. The npm package has it in files of their own that are not installed by default: run `ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js` beside Distillery, or put libonnxruntime_providers_shared.so and libonnxruntime_providers_cuda.so of the same version of ONNX Runtime beside libonnxruntime.so. "onnx/webgpu" needs none of it.',
      };
    case 'coreml':
      return {
        code: 'no-engine',
        message,
        fix: 'It is there on macOS only. Choose "auto", "onnx/webgpu" or "onnx/cpu".',
      };
    case 'directml':
      return {
        code: 'no-engine',
        message,
        fix: 'It is there on Windows only. Choose "auto", "onnx/webgpu" or "onnx/cpu".',
      };
    case 'webgpu':
    case 'cpu':
      return {
        code: 'no-engine',
        message,
        fix: `The onnxruntime-node that is installed lacks it for ${process.platform} on ${process.arch}. Install Distillery again, or choose another engine.`,
      };
  }
}

/** The first line that says something, without colors, cut where it gets long. */
function firstLine(text: string): string {
  const [line = text] = text
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  return line.length > 400 ? `${line.slice(0, 400)} …` : line;
}

function bytes(count: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(count, 1)) / 3));
  const value = count / 1000 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${units[power] ?? ''}`;
}
