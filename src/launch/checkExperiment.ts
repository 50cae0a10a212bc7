import type { Diagnostic } from '../core/spec/settings/diagnostic.js';
import type { EngineChoice } from '../core/spec/parts/engine.js';
import type { Experiment } from '../core/spec/experiment/experiment.js';
import { placedProblems, type ExperimentProblem } from '../core/spec/experiment/experimentFile.js';
import type { PlannedRun } from '../core/spec/plan.js';
import { specPath } from '../core/spec/experiment/specPlaces.js';
import { isJsonObject } from '../core/json.js';
import { JsonText, type JsonPath } from '../core/jsonText.js';
import type { CheckFinding } from '../data/experiment/checkProtocol.js';
import { diagnosticOf } from '../data/experiment/locate.js';
import { checkRuns, type CheckOptions } from './checkRuns.js';

/** Runs of an experiment that are to be checked before any of them begins. */
export interface CheckedRuns {
  /** With absolute paths. */
  readonly experiment: Experiment;
  /** Of that experiment, those that are to be trained. */
  readonly plan: readonly PlannedRun[];
  readonly text: string;
  /** Absolute path of the experiment. */
  readonly file: string;
  readonly runsDir: string;
  readonly engine: EngineChoice;
  /** Whether files are read to their end and pictures decoded, and kept for the runs: that may take minutes. */
  readonly whole: boolean;
  /** What is known to be wrong already, and is not told again. */
  readonly known: readonly ExperimentProblem[];
}

/** What keeps an experiment from being run, and what is odd about it, at their places in its text. */
export interface ExperimentCheck {
  readonly problems: readonly ExperimentProblem[];
  readonly warnings: readonly ExperimentProblem[];
  /** What was looked at and is as it should be, for people. */
  readonly looked: readonly string[];
}

/**
 * Does in a process of its own what runs of an experiment do before their first step. Nothing is checked where there is
 * nothing to train.
 * @throws what the signal was aborted with
 */
export async function checkExperiment(
  { experiment, plan, text, file, runsDir, engine, whole, known }: CheckedRuns,
  options: CheckOptions,
): Promise<ExperimentCheck> {
  if (plan.length === 0) return { problems: [], warnings: [], looked: [] };
  const specs = plan.map(({ spec }) => spec);
  const report = await checkRuns(
    { specs, engine, keep: experiment.keep, runsDir, experimentFile: file, whole },
    options,
  );
  const read = new JsonText(text).value;
  const pathOf = ({ spec: index, path, problem }: CheckFinding): JsonPath => {
    const spec = index === null ? undefined : specs[index];
    const keys = path[0] === 'data' ? (keysOf(problem.place?.file, specs[0]?.data) ?? path.slice(1)) : path.slice(1);
    const full = [...path.slice(0, 1), ...keys];
    return spec === undefined ? full : specPath(experiment, { spec, keys: full, read });
  };
  const placed = (findings: readonly CheckFinding[]): ExperimentProblem[] => {
    const diagnostics = findings.map((finding) => diagnosticOf(finding.problem, pathOf(finding)));
    return placedProblems(once(diagnostics), { text, file });
  };
  const isKnown = ({ range }: ExperimentProblem): boolean =>
    known.some((other) => other.range.offset === range.offset && other.range.length === range.length);
  return {
    problems: placed(report.problems).filter((problem) => !isKnown(problem)),
    warnings: placed(report.warnings),
    looked: report.looked,
  };
}

/** Keys from a value to where it names a file; null where it does not. */
function keysOf(file: string | undefined, value: unknown): string[] | null {
  if (file !== undefined && value === file) return [];
  if (!isJsonObject(value)) return null;
  for (const [key, inside] of Object.entries(value)) {
    const keys = keysOf(file, inside);
    if (keys !== null) return [key, ...keys];
  }
  return null;
}

/** Each thing at each place once. */
function once(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const keys = diagnostics.map(({ path, message }) => JSON.stringify([path, message]));
  return diagnostics.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
}
