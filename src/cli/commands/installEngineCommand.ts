import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { installTensorflow, isWheelVersion, type TensorflowSource } from '../../launch/tensorflow/installTensorflow.js';
import { userTensorflowFolder } from '../../machine/packages/tensorflowPlaces.js';
import { onInterrupt } from '../interrupt.js';
import type { Output } from '../output.js';

export interface InstallEngineRequest {
  /** What follows `distillery engines`. */
  readonly words: readonly string[];
  readonly gpu: boolean;
  /** A version or a file, as typed; null for the package's own download. */
  readonly fromWheel: string | null;
  readonly current: string;
  readonly checkScript: string;
}

/**
 * `distillery engines install tensorflow`: installs TensorFlow into a folder of the user, and tries it.
 * @returns the exit code: 1 when it was interrupted
 * @throws ProblemError `usage`, or what went wrong; what was installed before stays
 */
export async function installEngineCommand(request: InstallEngineRequest, output: Output): Promise<number> {
  const { words, gpu, current, checkScript } = request;
  if (words.join(' ') !== 'install tensorflow') {
    throw new ProblemError({
      code: 'usage',
      message: `\`distillery engines ${words.join(' ')}\` is not known.`,
      fix: 'Write `distillery engines install tensorflow`: the other engines need no installation.',
    });
  }
  const source = sourceOf(request.fromWheel, current);
  const folder = userTensorflowFolder(process.env);
  const interrupt = new AbortController();
  const watch = onInterrupt({
    first: () => interrupt.abort(),
    again: () => output.note('Ending what was started …'),
  });
  const said: string[] = [];
  try {
    const { name, device } = await installTensorflow(
      { source, gpu },
      {
        folder,
        node: process.execPath,
        checkScript,
        environment: process.env,
        signal: interrupt.signal,
        onStage: (stage) => output.note(`${stage} …`),
        onLine: (line) => said.push(line),
      },
    );
    output.result(`Installed in ${folder}. Experiments with "engine": "tensorflow" run on ${name}: ${device}.`);
    return 0;
  } catch (error) {
    if (interrupt.signal.aborted && error === interrupt.signal.reason) {
      output.note('Interrupted. Nothing was changed.');
      return 1;
    }
    // The whole story for whoever must fix it; the problem itself says the short one last.
    for (const line of said) output.note(`  ${line}`);
    throw error;
  } finally {
    watch.dispose();
  }
}

/** What looks like a version is one; all else is a file. @throws ProblemError `wheel-missing` */
function sourceOf(fromWheel: string | null, current: string): TensorflowSource {
  if (fromWheel === null) return { kind: 'download' };
  if (isWheelVersion(fromWheel)) return { kind: 'version', version: fromWheel };
  const file = resolve(current, fromWheel);
  if (!existsSync(file)) {
    throw new ProblemError({
      code: 'wheel-missing',
      message: `\`${fromWheel}\` is neither a version nor a file.`,
      fix: 'Write a version such as 2.21.0, or the path of a wheel, a file that ends with .whl.',
      place: { file },
    });
  }
  return { kind: 'file', file };
}
