import type { Experiment } from '../../core/spec/experiment/experiment.js';
import { parseExperiment, type CheckedExperiment } from '../../core/spec/experiment/experimentFile.js';
import { planRuns, selectRuns, type PlannedRun } from '../../core/spec/plan.js';
import { ProblemError } from '../../core/problem.js';
import { FileHashes } from '../../node/files/fileHash.js';
import { sha256 } from '../../node/files/hash.js';
import { locateExperiment } from './locate.js';

/** An experiment as a text, and which of its runs are meant. */
export interface ExperimentText {
  /** Absolute path of the experiment file. */
  readonly file: string;
  readonly text: string;
  /** Names, roles or keys of the runs that are wanted; all when empty. */
  readonly only: readonly string[];
}

export interface ExperimentPlan {
  readonly experiment: Experiment;
  readonly plan: readonly PlannedRun[];
}

/**
 * The runs of an experiment by their keys and names. Their hashes are not those that they are run with where the
 * experiment names files: {@link locatedPlan} knows those.
 * @throws ProblemError the first thing that is wrong with the experiment
 */
export function planOf({ file, text, only }: ExperimentText): ExperimentPlan {
  return planned(whole(parseExperiment(text, { file }), file), only);
}

/**
 * The same with the files that the experiment names found and looked at.
 * @throws ProblemError the first thing that is wrong with the experiment or its files
 */
export async function locatedPlan(
  { file, text, only }: ExperimentText,
  { signal }: { signal?: AbortSignal } = {},
): Promise<ExperimentPlan> {
  const parsed = whole(parseExperiment(text, { file }), file);
  const hashes = new FileHashes();
  return planned(whole(await locateExperiment(parsed, { text, file, hashes, ...(signal && { signal }) }), file), only);
}

function planned(experiment: Experiment, only: readonly string[]): ExperimentPlan {
  const plan = planRuns(experiment, { sha256 });
  return { experiment, plan: only.length === 0 ? plan : selectRuns(plan, { only }) };
}

function whole({ experiment, problems }: CheckedExperiment, file: string): Experiment {
  if (experiment !== null) return experiment;
  const [first, ...more] = problems;
  if (first === undefined) throw new Error(`no experiment and no problem in ${file}`);
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  throw new ProblemError({ ...first, message: `${first.message}${others}` });
}
