import type { Page } from 'playwright-core';

/** What the editor itself says on every start, without any extension. */
const knownNoise = [
  /vsda/,
  /Failed to load resource.*404/,
  /web worker extension host/i,
  /An iframe which has both allow-scripts and allow-same-origin/,
  /Could not locate the bindings file/,
  /watchdog/,
  /authentication provider 'github'/,
  /spdlog/,
  // The toolkit sets styles as text, which the policy refuses; it looks as it should.
  /Applying inline style violates .*style-src/,
  /Refused to apply inline style/,
  // The editor draws the menus of a row anew when a key changes, also of a row that it has not put into the tree yet.
  /TreeError \[distillery\.experiments\] Data tree node not found/,
  // The editor's list of running extensions, closed while it was filling itself.
  /InstantiationService has been disposed[\s\S]*_updateExtensions/,
  // What an extension may do before a file is saved took too long, on a machine that is busy with something else.
  /Aborted onWillSaveTextDocument-event/,
  // A window that is reloaded drops its connection, and complains of whatever it still wanted to do.
  /\[lifecycle\] Long running operations during shutdown/,
  /vscode-log:.*database 'vscode-web-db' is closed/,
  /WebSocket|RemoteAgentConnection|Canceled|ERR_CONNECTION/,
];

/** Collects what a page and the frames in it complain of. */
export class ConsoleWatch {
  readonly #errors: string[] = [];

  constructor(page: Page) {
    page.on('console', (message) => {
      if (message.type() === 'error') this.#note(message.text());
    });
    page.on('pageerror', (error) => this.#note(error.stack ?? error.message));
  }

  /** @throws Error with what was complained of since the last time, the known noise left out */
  check(): Promise<void> {
    const errors = this.#errors.splice(0);
    return errors.length === 0 ? Promise.resolve() : Promise.reject(new Error(errors.join('\n')));
  }

  /** Passes over what was complained of since the last time, after something was broken on purpose. */
  forget(): void {
    this.#errors.length = 0;
  }

  #note(text: string): void {
    if (!knownNoise.some((pattern) => pattern.test(text))) this.#errors.push(text);
  }
}
