import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import { problemSchema } from '../../run/log/entry.js';
import { noCard, noGpu } from './failure.js';
import { findNvidiaSmi } from './findTool.js';
import { runTool, type ToolCall } from './tool.js';

/** What an installation turned out to be. */
export interface CheckedEngine {
  /** As a run's log will name it: `tensorflow/gpu` or `tensorflow/cpu`. */
  readonly name: string;
  readonly device: string;
}

const checkedSchema = z.object({ name: z.string(), device: z.string() });

/**
 * Tries an installation by a real training step, in a process of its own: a broken library may end it.
 * @param node the Node.js that trainers run in
 * @param checkScript the built `dist/tensorflowCheck.js`
 * @param gpu whether a graphics card must be used
 * @throws ProblemError why it does not run, or not on the graphics card
 */
export async function checkEngine(
  folder: string,
  {
    node,
    checkScript,
    gpu,
    ...rest
  }: { node: string; checkScript: string; gpu: boolean } & Pick<ToolCall, 'signal' | 'onLine'>,
): Promise<CheckedEngine> {
  const result = await runTool({
    command: node,
    args: [checkScript, folder],
    cwd: folder,
    environment: { ELECTRON_RUN_AS_NODE: '1' },
    ...rest,
  });
  const answer = answerIn(result.stdout);
  if (answer === null) throw crashed(result);
  if ('code' in answer) throw new ProblemError(answer);
  if (gpu && answer.name !== 'tensorflow/gpu') throw noGpu(result.output);
  return answer;
}

/** @throws ProblemError `no-gpu` where NVIDIA's driver has no card to tell of */
export async function requireCard({
  folder,
  environment,
  ...rest
}: { folder: string; environment: Readonly<Record<string, string | undefined>> } & Pick<
  ToolCall,
  'signal' | 'onLine'
>): Promise<void> {
  const command = await findNvidiaSmi(environment);
  if (command === null) throw noCard('its driver is not installed, for `nvidia-smi` is not on the path');
  const { code, output } = await runTool({ command, args: ['-L'], cwd: folder, ...rest });
  if (code !== 0 || !/^GPU \d+:/m.test(output)) throw noCard(`\`nvidia-smi -L\` says “${output.trim().slice(0, 200)}”`);
}

/** The last line that is an answer: the library may write to stdout too. */
function answerIn(stdout: string) {
  for (const line of stdout.trimEnd().split('\n').reverse()) {
    try {
      return z.union([problemSchema, checkedSchema]).parse(JSON.parse(line));
    } catch {
      continue;
    }
  }
  return null;
}

function crashed({
  code,
  endedBy,
  output,
}: {
  code: number | null;
  endedBy: string | null;
  output: string;
}): ProblemError {
  if (endedBy === 'SIGILL') {
    return new ProblemError({
      code: 'processor-too-old',
      message: 'This processor lacks instructions that TensorFlow was built with (AVX).',
      fix: 'Use the engine "onnx", which runs on any processor.',
    });
  }
  const how = endedBy === null ? `with exit code ${String(code)}` : `by signal ${endedBy}`;
  return new ProblemError({
    code: 'engine-crashes',
    message: `TensorFlow was installed, and its first step ended ${how}. ${output.trimEnd().split('\n').slice(-3).join(' ')}`,
    fix: 'The log has all that it said. Another version may run: `--from-wheel VERSION`.',
  });
}
