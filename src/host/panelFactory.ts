import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { readRecord } from '../run/runsFolder.js';
import { runFolder } from '../run/folder.js';
import { runTitle } from './listedRun.js';
import { panelHtml } from './panelHtml.js';

export interface PanelFactoryOptions {
  readonly extensionUri: vscode.Uri;
}

/** Fills webviews with the panel and connects them to the run folders they show. */
export class PanelFactory {
  constructor(private readonly options: PanelFactoryOptions) {}

  /** Makes a webview the panel of some runs, given by their folders. */
  async fill(panel: vscode.WebviewPanel, { runs }: { readonly runs: readonly string[] }): Promise<void> {
    const { webview } = panel;
    const folder = vscode.Uri.joinPath(this.options.extensionUri, 'dist', 'webview');
    webview.options = { enableScripts: true, localResourceRoots: [folder], enableForms: false };
    const address = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
    webview.html = panelHtml({
      cspSource: webview.cspSource,
      script: address('panel.js'),
      style: address('panel.css'),
      nonce: randomBytes(16).toString('base64url'),
      styleNonce: randomBytes(16).toString('base64url'),
      opened: runs,
    });
    panel.title = await titleOf(runs);
  }
}

async function titleOf([first, ...more]: readonly string[]): Promise<string> {
  if (first === undefined || more.length > 0) return `Compare ${more.length + 1} runs`;
  return readRecord(runFolder(first)).then(
    ({ spec }) => runTitle(spec),
    () => runFolder(first).id,
  );
}
