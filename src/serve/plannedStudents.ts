import { dirname, join } from 'node:path';
import { ProblemError, problemOf } from '../core/problem.js';
import type { PlannedStudent, RunKey } from '../panel/protocol.js';
import { locatedPlan } from '../data/experiment/experimentPlan.js';
import { readTextFile } from '../node/files/textFile.js';
import { runFolder } from '../run/folder.js';
import type { RunRecord } from '../run/record.js';
import { listRuns, readRecord } from '../run/runsFolder.js';

/**
 * The students that the experiment of a run asks for, as its file says now, and which of them there are beside it.
 * @param experiment with its file where that lies now
 * @throws ProblemError `experiment-gone`, or what is wrong with the file
 */
export async function plannedStudents(run: RunKey, experiment: ExperimentPlace): Promise<PlannedStudent[]> {
  const { text, file } = await readExperiment(experiment);
  const { plan } = await locatedPlan({ file, text, only: [] });
  const students = plan.filter(({ spec }) => spec.role === 'student');
  const known = await newestRuns(dirname(run), new Set(students.map(({ specHash }) => specHash)));
  return students.map(({ key, spec, specHash }) => ({ key, spec, specHash, run: known.get(specHash) ?? null }));
}

/** An experiment by its name, and where its file lies; null where there was none, or nobody knows. */
export type ExperimentPlace = Pick<RunRecord['experiment'], 'name' | 'file'>;

/** The file of the experiment that a run came from. @throws ProblemError `experiment-gone`, `no-permission` */
export async function readExperiment({
  name,
  file,
}: ExperimentPlace): Promise<{ readonly file: string; readonly text: string }> {
  if (file === null) throw gone(`The file of the experiment ${name} cannot be found.`);
  try {
    return { file, text: await readTextFile(file, { attempt: 'read the experiment' }) };
  } catch (error) {
    if (problemOf(error).code === 'file-missing') throw gone(`Experiment file not found: ${file}.`);
    throw error;
  }
}

function gone(message: string): ProblemError {
  return new ProblemError({
    code: 'experiment-gone',
    message,
    fix: 'Put it back, tell where it lies with “Locate Experiment…”, or make a new one from a run with “Duplicate as Experiment”.',
  });
}

/** The newest run of each of some spec hashes. What is damaged is passed over. */
async function newestRuns(runsDir: string, hashes: ReadonlySet<string>): Promise<Map<string, RunKey>> {
  const found = new Map<string, RunKey>();
  // In their order by time: the later of two takes the place.
  for (const id of await listRuns(runsDir)) {
    const key = join(runsDir, id);
    const hash = await readRecord(runFolder(key)).then(
      ({ specHash }) => specHash,
      () => null,
    );
    if (hash !== null && hashes.has(hash)) found.set(hash, key);
  }
  return found;
}
