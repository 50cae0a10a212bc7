import type { HostPort } from './connection.js';
import type { ToHost, ToPanel } from '../src/panel/protocol.js';

/** What VS Code gives to a page in its editors. */
interface VsCodeApi {
  postMessage(message: ToHost): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/**
 * The way to the host that VS Code offers. Typed arrays travel as they are.
 *
 * What the editor sends comes from the frame around this page, which has the page's own origin; a message from anywhere
 * else is not the editor's.
 */
export function vscodePort(): HostPort {
  const api = acquireVsCodeApi();
  // The host restores a page from what the page has saved, so which runs it shows is saved with it.
  const { opened = '[]' } = document.body.dataset;
  return {
    post: (message) => api.postMessage(message),
    listen: (listener) =>
      addEventListener('message', (event: MessageEvent<ToPanel>) => {
        if (event.origin === origin) listener(event.data);
      }),
    readState: () => pageStateOf(api.getState()),
    saveState: (state) => api.setState({ opened, page: state }),
  };
}

function pageStateOf(saved: unknown): unknown {
  return typeof saved === 'object' && saved !== null && 'page' in saved ? saved.page : undefined;
}
