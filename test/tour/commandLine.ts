import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** The command line as it was built. */
export function commandLine(words: readonly string[], { cwd }: { cwd: string }): Promise<void> {
  const child = spawn(process.execPath, [resolve('dist/cli.js'), ...words], { cwd, stdio: 'ignore' });
  return new Promise((ended, failed) => {
    child.once('error', failed);
    child.once('close', (code) => {
      if (code === 0) ended();
      else failed(new Error(`distillery ${words.join(' ')} ended with ${String(code)}.`));
    });
  });
}
