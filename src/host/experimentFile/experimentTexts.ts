import * as vscode from 'vscode';
import {
  parseExperiment,
  type ExperimentProblem,
  type ParsedExperiment,
} from '../../core/spec/experiment/experimentFile.js';
import type { Experiment } from '../../core/spec/experiment/experiment.js';
import { namedPlaces } from '../../core/spec/experiment/experimentPlaces.js';
import { JsonText } from '../../core/jsonText.js';
import { planRuns, type PlannedRun } from '../../core/spec/plan.js';
import { FileHashes } from '../../node/files/fileHash.js';
import { sha256 } from '../../node/files/hash.js';
import type { CheckedRuns, ExperimentCheck } from '../../launch/checkExperiment.js';
import { locateExperiment, missingPlaces, type LocatedExperiment } from '../../data/experiment/locate.js';

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

/** Finds what keeps the runs of an experiment from being trained; null where nothing may be started. */
export type CheckOpen = (
  runs: Pick<CheckedRuns, 'experiment' | 'plan' | 'text' | 'file' | 'known'>,
  options: { signal: AbortSignal },
) => Promise<ExperimentCheck> | null;

/** After the last change of a text, until it is checked in a process of its own. */
const checkDelayMs = 600;

/**
 * Reads the experiments that are open in editors, each text once. What they name on the disk is looked for afterwards:
 * then there may be more problems, and the runs are known by the contents of the files. What a run would find before its
 * first step is looked for last, by a process.
 */
export class ExperimentTexts {
  readonly #check: CheckOpen;
  readonly #mayRead: () => boolean;
  readonly #checks = new WeakMap<vscode.TextDocument, AbortController>();
  /** Versions that a process has looked at. */
  readonly #checked = new WeakMap<vscode.TextDocument, number>();
  readonly #read = new WeakMap<vscode.TextDocument, { version: number; read: ReadExperiment }>();
  readonly #hashes = new FileHashes();
  readonly #located = new vscode.EventEmitter<vscode.TextDocument>();
  /** More is known of a document than its text says. */
  readonly onLocated = this.#located.event;

  /** @param mayRead whether files that an experiment names may be read to their end, as their hashes ask for */
  constructor({ check, mayRead }: { check: CheckOpen; mayRead: () => boolean }) {
    this.#check = check;
    this.#mayRead = mayRead;
  }

  /** Looks again for what an experiment names: it may have come, or gone. */
  refresh(document: vscode.TextDocument): void {
    const parsed = parseExperiment(document.getText(), { file: document.fileName });
    const plan = parsed.experiment === null ? [] : planRuns(parsed.experiment, { sha256 });
    if (parsed.experiment === null || !this.#mayRead()) void this.#lookForMissing(document, { ...parsed, plan });
    else void this.#locate(document, parsed.experiment, parsed);
  }

  read(document: vscode.TextDocument): ReadExperiment {
    const { version } = document;
    const known = this.#read.get(document);
    if (known?.version === version) return known.read;
    const parsed = parseExperiment(document.getText(), { file: document.fileName });
    const plan = parsed.experiment === null ? [] : planRuns(parsed.experiment, { sha256 });
    const read = { ...parsed, plan };
    this.#read.set(document, { version, read });
    if (parsed.experiment === null || !this.#mayRead()) void this.#lookForMissing(document, read);
    else void this.#locate(document, parsed.experiment, parsed);
    return read;
  }

  dispose(): void {
    this.#located.dispose();
  }

  /** Of a text with faults, and where nothing may be read, only whether what it names is there. Never rejects. */
  async #lookForMissing(document: vscode.TextDocument, read: ReadExperiment): Promise<void> {
    const { version, fileName: file } = document;
    this.#checks.get(document)?.abort();
    if (document.isUntitled) return;
    const missing = await missingPlaces({ text: document.getText(), file }).catch(() => []);
    if (document.isClosed || document.version !== version) return;
    this.#read.set(document, { version, read: { ...read, problems: [...read.problems, ...missing] } });
    this.#located.fire(document);
  }

  /** Never rejects: what cannot be read is told when the experiment is run. */
  async #locate(
    document: vscode.TextDocument,
    parsed: Experiment,
    { warnings }: Pick<ParsedExperiment, 'warnings'>,
  ): Promise<void> {
    const { version, fileName: file } = document;
    const text = document.getText();
    this.#checks.get(document)?.abort();
    if (document.isUntitled) return;
    const stop = new AbortController();
    const { signal } = stop;
    this.#checks.set(document, stop);
    const isOld = (): boolean => signal.aborted || document.isClosed || document.version !== version;
    const names = namedPlaces(parsed, new JsonText(text).value).length > 0;
    const located = names ? locateExperiment(parsed, { text, file, hashes: this.#hashes }) : null;
    const found = await (located ?? Promise.resolve(unnamed(parsed))).catch(() => null);
    if (found === null || isOld()) return;
    const whole = planRuns(found.located, { sha256 });
    const tell = (problems: readonly ExperimentProblem[], told: readonly ExperimentProblem[]): void => {
      const experiment = problems.length === 0 ? found.located : null;
      const plan = problems.length === 0 ? whole : [];
      this.#read.set(document, { version, read: { experiment, problems, warnings: told, plan } });
      this.#located.fire(document);
    };
    // What was found before stays until it is looked for again.
    if (names && this.#checked.get(document) !== version) tell(found.problems, warnings);
    await new Promise((resolve) => setTimeout(resolve, checkDelayMs));
    if (isOld()) return;
    const runs = { experiment: found.located, plan: whole, text, file, known: found.problems };
    const check = await (this.#check(runs, { signal }) ?? Promise.resolve(null)).catch(() => null);
    if (check === null || isOld()) return;
    this.#checked.set(document, version);
    tell([...found.problems, ...check.problems], [...warnings, ...check.warnings]);
  }
}

/** An experiment that names nothing on the disk. */
const unnamed = (experiment: Experiment): LocatedExperiment => ({ experiment, located: experiment, problems: [] });
