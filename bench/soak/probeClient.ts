import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { heldSchema, type Asked, type Held } from './probe/messages.js';

/** Talks to the probe in the extension host. A connection lasts one request, so none is open while it is measured. */
export class ProbeClient {
  constructor(private readonly socket: string) {}

  async held(): Promise<Held> {
    return heldSchema.parse(await this.#ask({ kind: 'held' }));
  }

  /** Calls a command of the editor, and ends when it has. @throws Error with what the command threw */
  async command(command: string, ...args: readonly unknown[]): Promise<void> {
    await this.#ask({ kind: 'command', command, args: [...args] });
  }

  /** Opens a file as an editor of a kind. */
  async open(file: string, { view }: { view: string }): Promise<void> {
    await this.#ask({ kind: 'open', file, view });
  }

  async snapshot(file: string): Promise<void> {
    await this.#ask({ kind: 'snapshot', file });
  }

  /** Whether the probe listens already. */
  isThere(): Promise<boolean> {
    return this.held().then(
      () => true,
      () => false,
    );
  }

  async #ask(asked: Asked): Promise<unknown> {
    const body = await new Promise<string>((done, failed) => {
      const asking = request({ socketPath: this.socket, method: 'POST', agent: false }, (response) => {
        text(response).then((said) => {
          if (response.statusCode === 200) done(said);
          else failed(new Error(`${JSON.stringify(asked)}: ${said}`));
        }, failed);
      });
      asking.once('error', failed);
      asking.end(JSON.stringify(asked));
    });
    return JSON.parse(body);
  }
}
