import * as vscode from 'vscode';
import { linesText } from '../../core/foreignText.js';
import { experimentSelector, isExperiment, type ExperimentTexts } from './experimentTexts.js';
import { lensesOf, type Lens } from './experimentLensModel.js';
import type { ListedRun } from '../workspace/listedRun.js';

/** The runs there are, and news of them. */
export interface RunsSource {
  readonly runs: readonly ListedRun[];
  start(): Promise<void>;
  onChange(listener: () => void): { dispose(): void };
}

export interface ExperimentLensOptions {
  readonly texts: ExperimentTexts;
  readonly runs: RunsSource;
  /** Files of the experiments that run or wait. */
  readonly busy: () => ReadonlySet<string>;
  readonly onError: (error: unknown) => void;
}

/** The lenses above an experiment. They are asked for anew only when they would say something else. */
export class ExperimentLens implements vscode.CodeLensProvider {
  readonly #options: ExperimentLensOptions;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  /** What was last said of each document. */
  readonly #said = new WeakMap<vscode.TextDocument, string>();
  readonly #subscriptions: readonly { dispose(): unknown }[];

  constructor(options: ExperimentLensOptions) {
    this.#options = options;
    this.#subscriptions = [
      this.#changed,
      options.runs.onChange(() => this.changed()),
      options.texts.onLocated(() => this.changed()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed()),
      vscode.languages.registerCodeLensProvider(experimentSelector, this),
    ];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    // Only what is saved can be run, and only what has a file has results.
    if (document.isUntitled) return [];
    this.#options.runs.start().catch(this.#options.onError);
    const lenses = this.#lensesOf(document);
    this.#said.set(document, JSON.stringify(lenses));
    const place = new vscode.Range(0, 0, 0, 0);
    return lenses.map(
      ({ title, tooltip, command, arguments: words }) =>
        new vscode.CodeLens(place, { title, tooltip: linesText(tooltip), command, arguments: [...words] }),
    );
  }

  /** To be called when something was asked to run, or ended. */
  changed(): void {
    const open = vscode.workspace.textDocuments.filter((document) => isExperiment(document) && !document.isUntitled);
    const news = open.some((document) => {
      const said = this.#said.get(document);
      return said !== undefined && said !== JSON.stringify(this.#lensesOf(document));
    });
    if (news) this.#changed.fire();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #lensesOf(document: vscode.TextDocument): Lens[] {
    const file = document.uri.fsPath;
    const { problems, plan } = this.#options.texts.read(document);
    return lensesOf({
      ...{ file, plan, problems: problems.length },
      runs: this.#options.runs.runs.filter((run) => run.kind === 'run'),
      busy: this.#options.busy().has(file),
      trusted: vscode.workspace.isTrusted,
    });
  }
}
