import * as vscode from 'vscode';
import { linesText } from '../../core/foreignText.js';
import type { ExperimentProblem } from '../../core/spec/experiment/experimentFile.js';
import { experimentSelector, isExperiment, type ExperimentTexts } from './experimentTexts.js';

const delayMs = 150;

/** VS Code's own support of JSON says where a text is no JSON, in the same place: that is told once. */
const jsonSupport = 'vscode.json-language-features';

/**
 * Underlines what is wrong in the experiments that are open, from the parser that the trainer is started by, and offers
 * to write what was meant.
 */
export class ExperimentDiagnostics implements vscode.CodeActionProvider {
  readonly #texts: ExperimentTexts;
  readonly #shown = vscode.languages.createDiagnosticCollection('distillery');
  readonly #timers = new Map<vscode.TextDocument, NodeJS.Timeout>();
  readonly #subscriptions: readonly { dispose(): unknown }[];

  constructor({ texts }: { texts: ExperimentTexts }) {
    this.#texts = texts;
    this.#subscriptions = [
      this.#shown,
      texts.onLocated((document) => this.#show(document)),
      vscode.workspace.onDidOpenTextDocument((document) => this.#show(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#showSoon(document)),
      // What it names may have come or gone while somebody looked elsewhere.
      vscode.window.onDidChangeActiveTextEditor((editor) => this.#lookAgain(editor)),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.#lookAgain(vscode.window.activeTextEditor);
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#lookAgain(vscode.window.activeTextEditor)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
      vscode.languages.registerCodeActionsProvider(experimentSelector, this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
    ];
    for (const document of vscode.workspace.textDocuments) this.#show(document);
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    return this.#texts.read(document).problems.flatMap((problem) => {
      const place = rangeOf(document, problem);
      if (problem.replacement === undefined || place.intersection(range) === undefined) return [];
      const action = new vscode.CodeAction(linesText(`Write ${problem.replacement}`), vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      action.edit.replace(document.uri, place, problem.replacement);
      action.diagnostics = [diagnosticOf(document, problem)];
      action.isPreferred = true;
      return [action];
    });
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #lookAgain(editor: vscode.TextEditor | undefined): void {
    if (editor !== undefined && isExperiment(editor.document)) this.#texts.refresh(editor.document);
  }

  #showSoon(document: vscode.TextDocument): void {
    if (!isExperiment(document)) return;
    clearTimeout(this.#timers.get(document));
    const show = (): void => {
      this.#timers.delete(document);
      this.#show(document);
    };
    this.#timers.set(document, setTimeout(show, delayMs));
  }

  #show(document: vscode.TextDocument): void {
    if (!isExperiment(document)) return;
    const { problems, warnings } = this.#texts.read(document);
    const toldElsewhere = vscode.extensions.getExtension(jsonSupport) !== undefined;
    const ours = problems.filter(({ code }) => code !== 'experiment-syntax' || !toldElsewhere);
    this.#shown.set(document.uri, [
      ...ours.map((problem) => diagnosticOf(document, problem)),
      ...warnings.map((warning) => diagnosticOf(document, warning, vscode.DiagnosticSeverity.Warning)),
    ]);
  }

  #forget(document: vscode.TextDocument): void {
    clearTimeout(this.#timers.get(document));
    this.#timers.delete(document);
    this.#shown.delete(document.uri);
  }
}

function diagnosticOf(
  document: vscode.TextDocument,
  problem: ExperimentProblem,
  severity = vscode.DiagnosticSeverity.Error,
): vscode.Diagnostic {
  const text = linesText(`${problem.message}\n${problem.fix}`);
  const diagnostic = new vscode.Diagnostic(rangeOf(document, problem), text, severity);
  diagnostic.source = 'Distillery';
  diagnostic.code = problem.code;
  return diagnostic;
}

function rangeOf(document: vscode.TextDocument, { range: { offset, length } }: ExperimentProblem): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}
