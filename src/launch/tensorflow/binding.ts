import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { compilerFailure } from './failure.js';
import { runTool, type ToolCall } from './tool.js';
import type { Tool } from './findTool.js';

/** The version of Node-API for which the binding is built: the newest that tfjs-node asks for, and Node.js 20 has it. */
const napiVersion = 8;

/**
 * Builds tfjs-node's own binding, two C++ files, against TensorFlow's library in `deps/`. Node-API is the same in every
 * Node.js and in the editor, so its headers come from npm (`node-api-headers`); neither node-gyp nor the headers of one
 * Node.js are needed.
 * @param packageFolder of @tensorflow/tfjs-node
 * @param headersFolder of node-api-headers
 * @throws ProblemError `wheel-unfit` where the library is not what it must be, `build-failed`
 */
export async function buildBinding(
  { packageFolder, headersFolder }: { packageFolder: string; headersFolder: string },
  { compiler, signal, onLine }: { compiler: Tool } & Pick<ToolCall, 'signal' | 'onLine'>,
): Promise<void> {
  const deps = join(packageFolder, 'deps');
  for (const file of [
    'lib/libtensorflow_cc.so.2',
    'lib/libtensorflow_framework.so.2',
    'include/tensorflow/c/eager/c_api.h',
  ]) {
    await access(join(deps, file)).catch((error: unknown) => {
      throw new ProblemError(
        {
          code: 'wheel-unfit',
          message: `The wheel does not hold what is needed: there is no ${file}.`,
          fix: 'Take a wheel of `tensorflow` or `tensorflow-cpu`, 2.12 or later, for Linux. Earlier ones tie the library to Python.',
        },
        { cause: error },
      );
    });
  }
  const target = join(packageFolder, 'lib', `napi-v${napiVersion}`);
  await mkdir(target, { recursive: true });
  const result = await runTool({
    command: compiler.command,
    args: [
      ...compiler.first,
      ...['-shared', '-fPIC', '-O2', '-std=c++17', `-DNAPI_VERSION=${napiVersion}`],
      ...[packageFolder, join(deps, 'include'), join(headersFolder, 'include')].map((folder) => `-I${folder}`),
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(packageFolder, 'binding', file)),
      ...['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'].map((file) => join(deps, 'lib', file)),
      // Relative to the binding, so that the whole folder can be moved.
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      ...['-o', join(target, 'tfjs_binding.node')],
    ],
    cwd: packageFolder,
    signal,
    onLine,
  });
  if (result.code !== 0) throw compilerFailure(result);
}
