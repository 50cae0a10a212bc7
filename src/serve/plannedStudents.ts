import { dirname, join } from 'node:path';
import { ProblemError, problemOf } from '../core/problem.js';
import type { PlannedStudent, RunKey } from '../panel/protocol.js';
import { locatedPlan } from '../run/experimentPlan.js';
import { readTextFile } from '../run/files/textFile.js';
import { runFolder } from '../run/folder.js';
import type { RunRecord } from '../run/record.js';
import { listRuns, readRecord } from '../run/runsFolder.js';

/**
 * The students that the experiment of a run asks for, as its file says now, and which of them there are beside it.
 * @throws ProblemError `experiment-gone`, or what is wrong with the file
 */
export async function plannedStudents(run: RunKey, { experiment }: RunRecord): Promise<PlannedStudent[]> {
  const { text, file } = await readExperiment(experiment);
  const { plan } = await locatedPlan({ file, text, only: [] });
  const students = plan.filter(({ spec }) => spec.role === 'student');
  const known = await newestRuns(dirname(run), new Set(students.map(({ specHash }) => specHash)));
  return students.map(({ key, spec, specHash }) => ({ key, spec, specHash, run: known.get(specHash) ?? null }));
}

/** The file of the experiment that a run came from. @throws ProblemError `experiment-gone`, `no-permission` */
export async function readExperiment({
  name,
  file,
}: RunRecord['experiment']): Promise<{ readonly file: string; readonly text: string }> {
  if (file === null) throw gone(`The experiment ${name} was no file.`);
  try {
    return { file, text: await readTextFile(file, { attempt: 'read the experiment' }) };
  } catch (error) {
    if (problemOf(error).code === 'file-missing') throw gone(`The experiment file is not there any more: ${file}.`);
    throw error;
  }
}

function gone(message: string): ProblemError {
  return new ProblemError({
    code: 'experiment-gone',
    message,
    mend: 'Put it back, or make a new one from a run with “Duplicate as Experiment”.',
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
