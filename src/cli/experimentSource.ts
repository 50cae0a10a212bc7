import { resolve } from 'node:path';
import { roles, type Role } from '../core/spec/spec.js';
import type { Experiment } from '../core/spec/experiment.js';
import { parseExperiment, type ExperimentProblem } from '../core/spec/experimentFile.js';
import { planRuns, type PlannedRun } from '../core/spec/plan.js';
import { formatProblem } from '../core/problem.js';
import { FileHashes, type OnBytes } from '../run/files/fileHash.js';
import { sha256 } from '../run/files/hash.js';
import { readTextFile } from '../run/files/textFile.js';
import { locateExperiment } from '../run/locate.js';
import type { Output } from './output.js';
import { bytes, counted } from '../core/words.js';

export interface ExperimentSource {
  readonly experiment: Experiment;
  readonly plan: readonly PlannedRun[];
  /** Absolute path of the file. */
  readonly file: string;
}

/**
 * Reads an experiment file and plans its runs. Warnings are written out; what is wrong with it too, all of it, and null
 * returned.
 * @param name the file as it was typed, so that places in messages can be clicked
 * @throws ProblemError when the file cannot be read
 */
export async function readExperiment(
  { name, current }: { name: string; current: string },
  output: Output,
): Promise<ExperimentSource | null> {
  const file = resolve(current, name);
  const text = await readTextFile(file, { name, attempt: 'read the experiment' });
  const parsed = parseExperiment(text, { file: name });
  const located = parsed.experiment === null ? parsed : await locate(parsed.experiment, { text, file, output });
  const { experiment, problems } = located;
  const named = (problem: ExperimentProblem): string =>
    formatProblem({ ...problem, place: { ...problem.place, file: name } });
  for (const warning of parsed.warnings) output.note(`Warning: ${named(warning)}`);
  if (experiment === null) {
    for (const problem of problems) output.note(named(problem));
    output.note(`${counted(problems.length, 'problem')} in ${name}.`);
    return null;
  }
  return { experiment, plan: planRuns(experiment, { sha256 }), file };
}

/** Finds the files that an experiment names. Large ones take a while to read: that is said, and Ctrl-C ends it. */
function locate(
  experiment: Experiment,
  { text, file, output }: { text: string; file: string; output: Output },
): ReturnType<typeof locateExperiment> {
  const onProgress = (path: string): OnBytes => {
    let next = performance.now() + patienceMs;
    return (done, total) => {
      if (performance.now() < next || done >= total) return;
      next = performance.now() + patienceMs;
      output.note(`Reading ${path}: ${bytes(done)} of ${bytes(total)}`);
    };
  };
  return locateExperiment(experiment, { text, file, hashes: new FileHashes(), onProgress });
}

const patienceMs = 2000;

/** `7 runs (1 teacher, 3 baselines, 3 students)`. */
export function planWords(plan: readonly PlannedRun[]): string {
  const ofRole = (role: Role): number => plan.filter(({ spec }) => spec.role === role).length;
  const parts = roles.filter((role) => ofRole(role) > 0).map((role) => counted(ofRole(role), role));
  return `${counted(plan.length, 'run')} (${parts.join(', ')})`;
}
