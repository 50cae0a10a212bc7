import * as vscode from 'vscode';
import { parseExperiment, type ParsedExperiment } from '../core/experimentFile.js';
import { planRuns, type PlannedRun } from '../core/plan.js';
import { sha256 } from '../run/hash.js';

/** Experiment files on disk and those not saved yet, whatever language somebody has given them. */
export const experimentSelector: vscode.DocumentSelector = [
  { language: 'distill', scheme: 'untitled' },
  { language: 'distill', scheme: 'file' },
  { pattern: '**/*.distill.json', scheme: 'file' },
];

export function isExperiment(document: vscode.TextDocument): boolean {
  return vscode.languages.match(experimentSelector, document) > 0;
}

/** What an experiment's text means, and the runs it asks for: none while there are problems. */
export interface ReadExperiment extends ParsedExperiment {
  readonly plan: readonly PlannedRun[];
}

/** Reads the experiments that are open in editors, each text once. */
export class ExperimentTexts {
  readonly #read = new WeakMap<vscode.TextDocument, { version: number; read: ReadExperiment }>();

  read(document: vscode.TextDocument): ReadExperiment {
    const { version } = document;
    const known = this.#read.get(document);
    if (known?.version === version) return known.read;
    const parsed = parseExperiment(document.getText(), { file: document.fileName });
    const plan = parsed.experiment === null ? [] : planRuns(parsed.experiment, { sha256 });
    const read = { ...parsed, plan };
    this.#read.set(document, { version, read });
    return read;
  }
}
