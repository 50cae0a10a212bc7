import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { patience } from '../../scripts/editor/patience.js';
import type { PanelCommand, RunKey, ToHost, ToPanel } from '../../src/panel/protocol.js';
import { protocolVersion } from '../../src/panel/protocol.js';
import type { Problem } from '../../src/core/problem.js';
import { PanelServer, type PanelServerOptions } from '../../src/serve/panelServer.js';

type Message<T extends ToPanel['type']> = Extract<ToPanel, { type: T }>;

/** A panel without a page: keeps what it was told, and puts the deltas together as the page does. */
export class TestPanel {
  readonly heard: ToPanel[] = [];
  readonly commands: PanelCommand[] = [];
  readonly problems: Problem[] = [];
  readonly server: PanelServer;
  #lastId = 0;

  constructor(
    open: readonly string[],
    { mayRun = true, ...more }: Pick<Partial<PanelServerOptions>, 'mayRun' | 'onTrain' | 'onOpened'> = {},
  ) {
    this.server = new PanelServer({
      open,
      mayRun,
      ...more,
      post: (message) => this.heard.push(structuredClone(message)),
      onCommand: (command) => this.commands.push(command),
      onProblem: (problem) => this.problems.push(problem),
    });
  }

  ready(): void {
    this.server.receive({ type: 'ready', version: protocolVersion });
  }

  all<T extends ToPanel['type']>(type: T): Message<T>[] {
    return this.heard.filter((message): message is Message<T> => message.type === type);
  }

  /** Keys of the runs shown now, and of the damaged ones. */
  get shown(): { runs: RunKey[]; damaged: RunKey[] } {
    const last = this.all('runs').at(-1);
    return { runs: last?.runs.map(({ key }) => key) ?? [], damaged: last?.damaged.map(({ key }) => key) ?? [] };
  }

  status(run: RunKey): Message<'status'>['status'] | undefined {
    return this.all('status').findLast((message) => message.run === run)?.status;
  }

  /** The losses that the page would have now. */
  losses(run: RunKey): number[] {
    const values: number[] = [];
    for (const message of this.all('steps')) {
      if (message.run !== run) continue;
      values.length = message.from;
      values.push(...(message.columns.loss ?? []));
      assert.equal(values.length, message.from + message.count);
    }
    return values;
  }

  epochs(run: RunKey): number[] {
    const epochs: number[] = [];
    for (const message of this.all('epochs')) {
      if (message.run === run) epochs.splice(message.from, Infinity, ...message.epochs.map(({ epoch }) => epoch));
    }
    return epochs;
  }

  async ask(request: Omit<Extract<ToHost, { type: 'request' }>, 'type' | 'id'> & Record<string, unknown>) {
    const id = ++this.#lastId;
    this.server.receive({ type: 'request', id, ...request });
    return eventually('an answer', () =>
      [...this.all('answer'), ...this.all('refusal')].find((message) => message.id === id),
    );
  }
}

/** Waits until something is there. */
export async function eventually<T>(what: string, look: () => T | undefined | false): Promise<T> {
  const until = Date.now() + patience;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A panel that was told which runs there are; it ends with the test. */
export async function opened(t: TestContext, open: readonly string[]): Promise<TestPanel> {
  const panel = new TestPanel(open);
  t.after(() => panel.server.dispose());
  panel.ready();
  await eventually('all runs', () => panel.all('runs').length > 0);
  return panel;
}
