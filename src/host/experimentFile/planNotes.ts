import { boundToLength, differsInEpochsAlone } from '../../core/spec/longerTraining.js';
import type { PlannedRun } from '../../core/spec/plan.js';
import { anewWords } from '../../launch/anewWords.js';
import type { WholeRun } from '../workspace/listedRun.js';

/**
 * What is to be known of planned runs beside their names: from which run of fewer epochs one goes on, or why it does
 * not and how to begin from that one's weights. Nothing of runs that are there already.
 * @param file of the experiment
 */
export function planNotes(
  plan: readonly PlannedRun[],
  { runs, file }: { runs: readonly WholeRun[]; file: string },
): string[] {
  const hashes = new Set(runs.map(({ record }) => record.specHash));
  return plan.filter(({ specHash }) => !hashes.has(specHash)).flatMap((run) => noteOf(run, { runs, file }) ?? []);
}

function noteOf({ key, spec }: PlannedRun, { runs, file }: { runs: readonly WholeRun[]; file: string }): string | null {
  const { epochs } = spec.train;
  const [longest] = runs
    .filter(({ record, summary }) => isShorter(summary, epochs) && differsInEpochsAlone(spec, record.spec))
    .sort((a, b) => b.summary.epoch - a.summary.epoch);
  if (longest === undefined) return null;
  const { folder, record, summary } = longest;
  const because = boundToLength(spec);
  if (because.length === 0) return `${key} goes on from ${folder.id}, after ${summary.epoch} of ${epochs} epochs.`;
  if (record.spec.train.epochs > epochs) return null;
  const words = anewWords({ kind: 'anew', origin: folder, epochs: record.spec.train.epochs, because }, { spec, file });
  return `${key} ${words}`;
}

const isShorter = ({ state, epoch }: WholeRun['summary'], epochs: number): boolean =>
  ['finished', 'stopped', 'interrupted'].includes(state) && epoch > 0 && epoch <= epochs;
