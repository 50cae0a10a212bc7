import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** The command line as it was built. */
export function commandLine(words: readonly string[], { cwd }: { cwd: string }): Promise<void> {
  const child = spawn(process.execPath, [resolve('dist/cli.js'), ...words], { cwd, stdio: 'ignore' });
  // A tour that is broken off leaves no trainer behind: asked to end, the command line stops it.
  const stop = (): void => void child.kill();
  process.once('exit', stop);
  return new Promise((ended, failed) => {
    child.once('error', failed);
    child.once('close', (code) => {
      process.off('exit', stop);
      if (code === 0) ended();
      else failed(new Error(`distillery ${words.join(' ')} ended with ${String(code)}.`));
    });
  });
}
