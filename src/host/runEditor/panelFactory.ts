import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { labelText } from '../../core/foreignText.js';
import { formatProblem } from '../../core/problem.js';
import { PanelServer, type TrainingAsked } from '../../serve/panelServer.js';
import type { RunsIndex } from '../../serve/runsIndex.js';
import { remakePictures } from '../../launch/exportRun.js';
import type { Installation } from '../installation.js';
import { readRecord } from '../../run/runsFolder.js';
import { runFolder } from '../../run/folder.js';
import { runTitle } from '../workspace/listedRun.js';
import { doPanelCommand } from './panelCommands.js';
import { panelHtml } from './panelHtml.js';
import type { Report } from '../report.js';
import type { Log } from '../shown/log.js';

export interface PanelFactoryOptions {
  readonly installation: Installation;
  readonly report: Report;
  /** Trains students that a panel asks for. */
  readonly train: (asked: TrainingAsked) => Promise<void>;
  readonly runs: RunsIndex;
  readonly log: Log;
}

/** Fills webviews with the panel and connects them to the run folders they show. */
export class PanelFactory {
  readonly #servers = new Set<PanelServer>();

  constructor(private readonly options: PanelFactoryOptions) {}

  /** Shows a run in every panel that shows another one of its runs folder. */
  add(path: string, { beside }: { readonly beside: string }): void {
    for (const server of this.#servers) {
      if (server.opened.includes(beside)) server.show({ run: beside, runs: [path] });
    }
  }

  /** Makes a webview the panel of some runs, given by their folders. */
  async fill(panel: vscode.WebviewPanel, { runs }: { readonly runs: readonly string[] }): Promise<void> {
    const { webview } = panel;
    const { extensionUri } = this.options.installation;
    const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.svg');
    webview.options = { enableScripts: true, localResourceRoots: [folder], enableForms: false };
    this.#connect(panel, runs);
    const address = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
    webview.html = panelHtml({
      cspSource: webview.cspSource,
      script: address('panel.js'),
      style: address('panel.css'),
      nonce: randomBytes(16).toString('base64url'),
      styleNonce: randomBytes(16).toString('base64url'),
      opened: runs,
    });
    panel.title = labelText(await titleOf(runs));
  }

  /** Lets the page and the run folders talk, for as long as the panel is there. */
  #connect(panel: vscode.WebviewPanel, runs: readonly string[]): void {
    const { webview, onDidDispose } = panel;
    const { installation, report, train, runs: index, log } = this.options;
    const server = new PanelServer({
      open: runs,
      post: (message) => void webview.postMessage(message),
      onCommand: (command) => {
        doPanelCommand(command, index).catch((error: unknown) => report.show(error));
      },
      onTrain: train,
      homeOf: (run) => index.homeOf(run),
      remakePictures: (run) => remakePictures(runFolder(run), installation.exporter()),
      onOpened: (opened) => {
        titleOf(opened).then(
          (title) => {
            panel.title = labelText(title);
          },
          (error: unknown) => report.show(error),
        );
      },
      onProblem: (problem) => log.warn(formatProblem(problem)),
      mayRun: vscode.workspace.isTrusted,
    });
    this.#servers.add(server);
    const heard = webview.onDidReceiveMessage((message: unknown) => server.receive(message));
    const trusted = vscode.workspace.onDidGrantWorkspaceTrust(() => server.setMayRun(true));
    onDidDispose(() => {
      this.#servers.delete(server);
      server.dispose();
      heard.dispose();
      trusted.dispose();
    });
  }
}

async function titleOf([first, ...more]: readonly string[]): Promise<string> {
  if (first === undefined || more.length > 0) return `Compare ${more.length + 1} runs`;
  return readRecord(runFolder(first)).then(
    ({ spec }) => runTitle(spec),
    () => runFolder(first).id,
  );
}
