import { createInterface } from 'node:readline/promises';
import type { Output } from './output.js';
import type { Ask } from './workspaceCode.js';

/**
 * Asks on the terminal, where a person sits in front of one.
 * @returns null where nobody can answer: what is read or written is a file or another program
 */
export function terminalAsk(
  { stdin, stdout }: { stdin: NodeJS.ReadStream; stdout: { readonly isTTY?: boolean } },
  output: Output,
): Ask | null {
  // Of a stream that is no terminal the type of Node.js says that it is one.
  const isTerminal: boolean | undefined = stdin.isTTY;
  if (!isTerminal || stdout.isTTY !== true || output.terminal === null) return null;
  return async (question) => {
    output.note(`${question} Write yes, or press Enter for no:`);
    const lines = createInterface({ input: stdin, terminal: false });
    const leave = new AbortController();
    const abort = (): void => leave.abort();
    // Ctrl-C is no; whoever waits for it hears it too. So is the end of the input.
    process.once('SIGINT', abort);
    lines.once('close', abort);
    try {
      return /^y(?:es)?$/i.test((await lines.question('', { signal: leave.signal })).trim());
    } catch (error) {
      if (leave.signal.aborted) return false;
      throw error;
    } finally {
      process.off('SIGINT', abort);
      lines.close();
    }
  };
}
