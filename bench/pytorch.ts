import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Contender } from './contender.js';

const helloSchema = z.object({ description: z.string() });
const readySchema = z.object({ threads: z.number() });
const timesSchema = z.array(z.number());

/**
 * PyTorch in a process of its own that stays alive; null where no Python here has it.
 * @param threads null for whichever is faster, its default or two
 */
export async function pytorchContender(threads: number | null): Promise<Contender | null> {
  const python = ['python3', '/usr/bin/python3'].find(
    (command) => spawnSync(command, ['-c', 'import torch'], { env: environment() }).status === 0,
  );
  if (python === undefined) return null;
  const child = spawn(python, ['bench/step.py'], { env: environment(), stdio: ['pipe', 'pipe', 'pipe'] });
  const ask = conversation(child);
  const { description } = helloSchema.parse(await ask({ ask: 'hello', threads }));
  return {
    name: 'PyTorch',
    description,
    stepsPerRound: 30,
    prepare: async (benchCase) => {
      readySchema.parse(await ask({ ask: 'prepare', case: benchCase, threads }));
      return {
        kind: 'ready',
        steps: async (count) => timesSchema.parse(await ask({ ask: 'steps', count })),
        dispose: () => Promise.resolve(),
      };
    },
    close: async () => {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

/** OpenBLAS is left to choose its own kernels. */
function environment(): NodeJS.ProcessEnv {
  const forced = ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE'];
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !forced.includes(name)));
}

/** One line of JSON there, one line back. */
function conversation(child: ChildProcessWithoutNullStreams): (question: unknown) => Promise<unknown> {
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (question) => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const answer = await lines.next();
    if (answer.done === true) throw new Error('bench/step.py ended without an answer; what it said is above');
    const value: unknown = JSON.parse(answer.value);
    return value;
  };
}
