import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { identify, type ProcessIdentity } from '../../src/node/processes/process.js';

/** A process that does nothing until it is killed. */
export interface Sleeper {
  readonly identity: ProcessIdentity;
  readonly kill: () => Promise<void>;
}

export async function sleeper(): Promise<Sleeper> {
  const child: ChildProcess = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const kill = async (): Promise<void> => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return { identity: await identify(child.pid ?? 0), kill };
}
