import type { ToHost, ToPanel } from '../../../src/panel/protocol.js';
import { decode, encode } from '../../../scripts/panelPage/codec.js';
import { FrameReader } from '../../../scripts/panelPage/frames.js';
import dark from '../themes/dark.json';
import hc from '../themes/hc.json';
import hcLight from '../themes/hcLight.json';
import light from '../themes/light.json';

/**
 * Stands where VS Code's own script stands in a webview: gives the page its theme and the way to its host, which is
 * here the server that sent the page.
 */
const themes = {
  dark: { bodyClass: 'vscode-dark', id: 'Dark Modern', variables: dark },
  light: { bodyClass: 'vscode-light', id: 'Light Modern', variables: light },
  hc: { bodyClass: 'vscode-high-contrast', id: 'Default High Contrast', variables: hc },
  hcLight: {
    bodyClass: 'vscode-high-contrast-light vscode-high-contrast',
    id: 'Default High Contrast Light',
    variables: hcLight,
  },
};
type ThemeName = keyof typeof themes;

declare global {
  interface Window {
    /** Changes the theme as VS Code does: while the page is shown. */
    setTheme: (name: string) => void;
    acquireVsCodeApi: () => { postMessage(message: ToHost): void; getState(): unknown; setState(state: unknown): void };
  }
}

function isTheme(name: string): name is ThemeName {
  return Object.hasOwn(themes, name);
}

window.setTheme = (name) => {
  if (!isTheme(name)) throw new Error(`no theme is called ${name}`);
  const { bodyClass, id, variables } = themes[name];
  const { style } = document.documentElement;
  for (const old of Array.from(style)) style.removeProperty(old);
  for (const [variable, value] of Object.entries(variables)) style.setProperty(variable, value);
  document.body.className = bodyClass;
  document.body.dataset.vscodeThemeId = id;
  document.body.dataset.vscodeThemeKind = bodyClass.split(' ')[0];
};
window.setTheme(new URLSearchParams(location.search).get('theme') ?? 'dark');

const page = crypto.randomUUID();
const stateKey = 'distillery panel';

async function receive(response: Response): Promise<void> {
  const frames = new FrameReader();
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error('the server sent nothing');
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const frame of frames.push(value)) {
      const data = decode(frame) as ToPanel;
      window.dispatchEvent(new MessageEvent('message', { data, origin: location.origin }));
    }
  }
}

window.acquireVsCodeApi = () => {
  let sent: Promise<unknown> = fetch(`/messages?page=${page}`).then((response) => {
    void receive(response);
  });
  return {
    postMessage(message) {
      sent = sent.then(() => fetch(`/message?page=${page}`, { method: 'POST', body: encode(message) }));
    },
    getState: () => JSON.parse(sessionStorage.getItem(stateKey) ?? 'null') as unknown,
    setState: (state) => sessionStorage.setItem(stateKey, JSON.stringify(state)),
  };
};
