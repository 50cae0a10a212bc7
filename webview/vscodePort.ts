import * as z from 'zod/mini';
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
  let opened = openedOf(document.body.dataset.opened);
  const save = (page: unknown): void => api.setState({ opened: JSON.stringify(opened), page });
  return {
    post: (message) => api.postMessage(message),
    listen: (listener) =>
      addEventListener('message', (event: MessageEvent<ToPanel>) => {
        if (event.origin !== origin) return;
        const { data } = event;
        if (data.type === 'runs') {
          const before = opened.length;
          opened = [...new Set([...opened, ...openedIn(data)])];
          if (opened.length > before) save(pageStateOf(api.getState()));
        }
        listener(data);
      }),
    readState: () => pageStateOf(api.getState()),
    saveState: save,
  };
}

function openedIn({ runs }: Extract<ToPanel, { type: 'runs' }>): string[] {
  return runs.filter(({ reason }) => reason === 'opened').map(({ key }) => key);
}

function openedOf(text = '[]'): readonly string[] {
  return z.array(z.string()).parse(JSON.parse(text));
}

function pageStateOf(saved: unknown): unknown {
  return typeof saved === 'object' && saved !== null && 'page' in saved ? saved.page : undefined;
}
