import * as vscode from 'vscode';
import { parseExperiment, type ParsedExperiment } from '../../core/spec/experimentFile.js';
import type { Experiment } from '../../core/spec/experiment.js';
import { namedPlaces } from '../../core/spec/experimentPlaces.js';
import { JsonText } from '../../core/jsonText.js';
import { planRuns, type PlannedRun } from '../../core/spec/plan.js';
import { FileHashes } from '../../run/files/fileHash.js';
import { sha256 } from '../../run/files/hash.js';
import { locateExperiment } from '../../run/locate.js';

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

/**
 * Reads the experiments that are open in editors, each text once. What they name on the disk is looked for afterwards:
 * then there may be more problems, and the runs are known by the contents of the files.
 */
export class ExperimentTexts {
  readonly #read = new WeakMap<vscode.TextDocument, { version: number; read: ReadExperiment }>();
  readonly #hashes = new FileHashes();
  readonly #located = new vscode.EventEmitter<vscode.TextDocument>();
  /** More is known of a document than its text says. */
  readonly onLocated = this.#located.event;

  read(document: vscode.TextDocument): ReadExperiment {
    const { version } = document;
    const known = this.#read.get(document);
    if (known?.version === version) return known.read;
    const parsed = parseExperiment(document.getText(), { file: document.fileName });
    const plan = parsed.experiment === null ? [] : planRuns(parsed.experiment, { sha256 });
    const read = { ...parsed, plan };
    this.#read.set(document, { version, read });
    if (parsed.experiment !== null) void this.#locate(document, parsed.experiment, parsed);
    return read;
  }

  dispose(): void {
    this.#located.dispose();
  }

  /** Never rejects: what cannot be read is told when the experiment is run. */
  async #locate(
    document: vscode.TextDocument,
    parsed: Experiment,
    { warnings }: Pick<ParsedExperiment, 'warnings'>,
  ): Promise<void> {
    const { version, fileName: file } = document;
    const text = document.getText();
    if (document.isUntitled || namedPlaces(parsed, new JsonText(text).value).length === 0) return;
    const found = await locateExperiment(parsed, { text, file, hashes: this.#hashes }).catch(() => null);
    if (found === null || document.isClosed || document.version !== version) return;
    const plan = found.experiment === null ? [] : planRuns(found.experiment, { sha256 });
    this.#read.set(document, { version, read: { ...found, warnings, plan } });
    this.#located.fire(document);
  }
}
