import * as vscode from 'vscode';
import { JsonText } from '../../core/jsonText.js';
import { counted } from '../../core/words.js';
import { hoverText } from '../shown/markdown.js';
import type { RunsSource } from './experimentLens.js';
import { experimentSelector, type ExperimentTexts } from './experimentTexts.js';
import { planNotes } from './planNotes.js';

/** The keys that decide how many runs there are, and which go on from earlier ones. */
const planKeys = [['sweep'], ['seeds'], ['baseline'], ['teacher', 'train', 'epochs'], ['student', 'train', 'epochs']];

/** So many runs are listed; of more their number is told. */
const mostLines = 40;

/** Shows the runs that an experiment asks for over the keys that decide them. */
export class PlanHover implements vscode.HoverProvider {
  readonly #texts: ExperimentTexts;
  readonly #runs: RunsSource;
  readonly #registered: vscode.Disposable;

  constructor({ texts, runs }: { texts: ExperimentTexts; runs: RunsSource }) {
    this.#texts = texts;
    this.#runs = runs;
    this.#registered = vscode.languages.registerHoverProvider(experimentSelector, this);
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | null {
    const { plan } = this.#texts.read(document);
    if (plan.length === 0) return null;
    const json = new JsonText(document.getText());
    for (const key of planKeys) {
      const found = json.keyRange(key);
      if (found === null) continue;
      const end = document.positionAt(found.offset + found.length);
      const range = new vscode.Range(document.positionAt(found.offset), end);
      if (!range.contains(position)) continue;
      const lines = plan.slice(0, mostLines).map(({ key: name }) => name);
      const more = plan.length - lines.length;
      const runs = this.#runs.runs.filter((run) => run.kind === 'run');
      const text = hoverText([
        { text: `This experiment asks for ${counted(plan.length, 'run')}:` },
        { code: [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n') },
        ...planNotes(plan, { runs, file: document.uri.fsPath }).map((note) => ({ text: note })),
      ]);
      return new vscode.Hover(text, range);
    }
    return null;
  }

  dispose(): void {
    this.#registered.dispose();
  }
}
