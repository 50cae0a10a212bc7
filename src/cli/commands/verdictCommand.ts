import { resolve } from 'node:path';
import { verdictOf } from '../../core/evaluation/verdict.js';
import { formatProblem } from '../../core/problem.js';
import { parseExperiment } from '../../core/spec/experiment/experimentFile.js';
import { planRuns } from '../../core/spec/plan.js';
import { locateExperiment } from '../../data/experiment/locate.js';
import { compareStudents } from '../../launch/compareStudents.js';
import { finishedOf } from '../../launch/pastRuns.js';
import type { RunOutcome } from '../../launch/queueEvent.js';
import { FileHashes } from '../../node/files/fileHash.js';
import { sha256 } from '../../node/files/hash.js';
import { readTextFile } from '../../node/files/textFile.js';
import { noteProblems } from '../experimentSource.js';
import type { Output } from '../output.js';
import type { Runs } from '../runReference.js';
import { verdictText } from '../summary.js';
import { verdictJson } from '../verdictJson.js';

/**
 * `distillery verdict`: what the finished runs of an experiment say, without training anything.
 * @returns the exit code: 0 where there is a verdict, 1 where no student is finished beside its baseline, 2 where the
 * experiment has problems
 */
export async function verdictCommand(
  { name, runs, json }: { readonly name: string; readonly runs: Runs; readonly json: boolean },
  output: Output,
): Promise<number> {
  const file = resolve(runs.current, name);
  const text = await readTextFile(file, { name, attempt: 'read the experiment' });
  const { experiment, problems, warnings } = parseExperiment(text, { file: name });
  const located =
    experiment === null ? null : await locateExperiment(experiment, { text, file, hashes: new FileHashes() });
  const all = [...problems, ...(located?.problems ?? [])];
  noteProblems({ problems: all, warnings }, { name, output });
  if (located === null || all.length > 0) return 2;

  const plan = planRuns(located.located, { sha256 });
  const finished = await finishedOf(runs.runsDir, plan);
  const outcomes = plan.flatMap((run): RunOutcome[] => {
    const found = finished.get(run.specHash);
    return found === undefined ? [] : [{ ...found, kind: 'reused', run }];
  });
  const { comparisons, verdict, problems: unread } = await compareStudents(outcomes);
  for (const problem of unread) output.note(formatProblem(problem));
  if (verdict === null) {
    output.note(`No student of it is finished beside its baseline. Train what is missing: distillery run ${name}`);
    return 1;
  }
  if (json) {
    const ofSeeds = comparisons.map(({ student, baseline, comparison }) => ({
      ...{ run: student, baseline, verdict: verdictOf(comparison) },
      ...comparison,
    }));
    output.result(JSON.stringify({ ...verdictJson(verdict, comparisons), comparisons: ofSeeds }, null, 2));
  } else {
    output.result(verdictText({ comparisons, verdict }));
  }
  return unread.length === 0 ? 0 : 1;
}
