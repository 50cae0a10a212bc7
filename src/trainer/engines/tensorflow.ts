import * as tf from '@tensorflow/tfjs-core';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import util from 'node:util';
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import {
  tensorflowPackages,
  type TensorflowPackage,
  type TensorflowPlace,
} from '../../machine/packages/tensorflowPlaces.js';
import { EagerEngine } from './eagerEngine.js';
import type { Engine } from './engine.js';
import { teachPadding } from './tensorflowPadding.js';

/**
 * TensorFlow, from the first place that has it and where it loads. The package with CUDA comes before the one without;
 * whether a graphics card is used is what TensorFlow itself says.
 * @param note hears of what was there and did not load, though another was taken
 * @throws ProblemError `no-engine`, which tells of every place why it was not taken
 */
export async function tensorflowEngine(
  places: readonly TensorflowPlace[],
  { note }: { note: (text: string) => void },
): Promise<Engine> {
  const looked: string[] = [];
  for (const place of places) {
    if (!place.isTrusted) {
      note(notTrusted(place));
      looked.push(notTrusted(place));
      continue;
    }
    const failures: string[] = [];
    for (const name of tensorflowPackages) {
      const folder = packageFolder(place, name);
      if (folder === null) continue;
      try {
        return await load(folder, name);
      } catch (error) {
        failures.push(`${name} does not load: ${firstLine(error)}`);
        note(`${name} in ${folder} does not load. ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    looked.push(`${place.name} (${place.folder}): ${failures.length === 0 ? 'not there' : failures.join('; ')}`);
  }
  throw new ProblemError({
    code: 'no-engine',
    message: `The engine "tensorflow" could not be loaded. Looked at: ${looked.join('. ')}.`,
    fix: 'Install it with “Distillery: Install TensorFlow Engine” or `distillery engines install tensorflow`, or leave "engine" out to use ONNX Runtime, which needs no installation.',
  });
}

const notTrusted = ({ folder }: TensorflowPlace): string =>
  `Found in ${folder}, not used: this folder is not trusted; on the command line, run again with --trust`;

/** Where a package lies as seen from a place, which may also be the package's own folder; null where it is not there. */
function packageFolder({ folder, above }: TensorflowPlace, name: TensorflowPackage): string | null {
  if (above) {
    try {
      return dirname(createRequire(join(folder, 'here.js')).resolve(`${name}/package.json`));
    } catch {
      return null;
    }
  }
  const inside = join(folder, 'node_modules', name);
  if (existsSync(join(inside, 'package.json'))) return inside;
  return manifestOf(folder)?.name === name ? folder : null;
}

const manifestSchema = z.object({ name: z.string(), version: z.string() });

function manifestOf(folder: string): z.output<typeof manifestSchema> | null {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  } catch {
    return null;
  }
}

/** What of the package's backend is asked. */
const backendSchema = z.object({ isUsingGpuDevice: z.boolean(), binding: z.object({ TF_Version: z.string() }) });

async function load(folder: string, name: TensorflowPackage): Promise<Engine> {
  const version = manifestOf(folder)?.version ?? 'unknown';
  // Its kernels register themselves with our tfjs-core, which all copies of one major version share.
  if (!version.startsWith('4.')) throw new Error(`it is version ${version}, and 4.22.0 is needed`);
  restoreNullCheck();
  // Else TensorFlow takes all of the card's memory at once, that of the screen and of other runs too.
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  createRequire(join(folder, 'package.json'))(folder);
  if (!(await tf.setBackend('tensorflow'))) throw new Error('it has registered no backend');
  teachPadding();
  const { isUsingGpuDevice, binding } = backendSchema.parse(tf.backend());
  const device = isUsingGpuDevice ? 'CUDA graphics card' : (cpus()[0]?.model.trim() ?? 'CPU');
  return new EagerEngine(
    isUsingGpuDevice ? 'tensorflow/gpu' : 'tensorflow/cpu',
    `${device}, TensorFlow ${binding.TF_Version} through ${name} ${version}`,
    explain,
  );
}

/** Errors of TensorFlow that a person can do something about. */
function explain(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error);
  const memory = /(?:OOM|out of memory) when allocating (tensor with shape\[[\d,]*\][^\n]*)/i.exec(message);
  if (memory === null) return error;
  return new ProblemError(
    {
      code: 'out-of-memory',
      message: `The memory of the device ran out: there was no room for a ${memory[1] ?? 'tensor'}.`,
      fix: 'Use a smaller batchSize, half of it to begin with, or close what else uses the device.',
    },
    { cause: error },
  );
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.trim() ?? '';
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 took away (tensorflow/tfjs#8609). */
function restoreNullCheck(): void {
  if (!('isNullOrUndefined' in util)) {
    Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  }
}
