import { ProblemError } from '../src/core/problem.js';
import {
  protocolVersion,
  type PanelCommand,
  type RequestName,
  type Requests,
  type ToHost,
  type ToPanel,
} from '../src/panel/protocol.js';

/** The way to the host: in the editor, VS Code's own; in a test, whatever carries messages. */
export interface HostPort {
  post(message: ToHost): void;
  /** Is called once, before the first message is posted. */
  listen(listener: (message: ToPanel) => void): void;
  /** What the panel had saved, from an earlier version perhaps. */
  readState(): unknown;
  saveState(state: unknown): void;
}

type News = Exclude<ToPanel, { type: 'answer' | 'refusal' }>;

interface Pending {
  readonly name: RequestName;
  resolve(answer: Requests[RequestName]['answer']): void;
  reject(error: ProblemError): void;
}

/** The panel's end of the protocol: pairs answers with requests, and hands on all other messages. */
export class Connection {
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  constructor(
    private readonly port: HostPort,
    onNews: (message: News) => void,
  ) {
    port.listen((message) => {
      if (message.type === 'answer') this.#take(message.id)?.resolve(message.answer);
      else if (message.type === 'refusal') this.#take(message.id)?.reject(new ProblemError(message.problem));
      else onNews(message);
    });
  }

  /** Says that the panel is there; everything else follows. */
  ready(): void {
    this.port.post({ type: 'ready', version: protocolVersion });
  }

  /** @throws ProblemError what the host says is wrong */
  request<N extends RequestName>(name: N, ask: Requests[N]['ask']): Promise<Requests[N]['answer']> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { name, resolve, reject });
      this.port.post({ type: 'request', id, name, ...ask } as ToHost);
    });
  }

  /** Asks for something to be done. What comes of it is seen in the status of a run. */
  command(command: PanelCommand): void {
    this.port.post({ type: 'command', ...command });
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }
}
