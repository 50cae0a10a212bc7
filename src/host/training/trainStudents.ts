import { ProblemError } from '../../core/problem.js';
import { planOf } from '../../data/experiment/experimentPlan.js';
import type { TrainingAsked } from '../../serve/panelServer.js';
import { readExperiment } from '../../serve/plannedStudents.js';
import type { ExperimentRuns } from './experimentRuns.js';
import { readAsked } from './runExperiment.js';
import { requireTrust } from '../trust.js';

/**
 * Trains students that a panel asks for, each with its baseline, through the queue; what is finished is reused.
 * @throws ProblemError `untrusted`, `experiment-gone`, `experiment-faulty`, `unknown-run`, `experiment-busy`
 */
export async function trainStudents(
  { experiment, runsDir, keys, onRun }: TrainingAsked,
  experiments: ExperimentRuns,
): Promise<void> {
  requireTrust();
  const { file } = await readExperiment(experiment);
  const asked = await readAsked(file, { only: [...keys] });
  if (asked === null) {
    throw new ProblemError({
      code: 'experiment-faulty',
      message: `Nothing is run: the experiment ${experiment.name} has problems.`,
      fix: 'Fix what is underlined in its file.',
    });
  }
  const { plan } = planOf({ ...asked, only: [] });
  const baselines = plan.filter(({ key }) => keys.includes(key)).flatMap(({ baseline }) => baseline ?? []);
  const only = [...new Set([...keys, ...baselines])];
  await experiments.work({ ...asked, runsDir, only }, { onStudent: onRun });
}
