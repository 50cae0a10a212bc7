import { ProblemError } from '../../core/problem.js';
import { counted } from '../../core/words.js';
import { runTitle, type ListedRun, type WholeRun } from '../workspace/listedRun.js';

/** What a person must know before runs are deleted. */
export interface Deletion {
  readonly message: string;
  readonly detail: string;
}

/**
 * Says what deleting some runs would come to.
 * @throws ProblemError `run-busy` while one of them is being trained
 */
export function deletionOf(doomed: readonly ListedRun[], { among }: { among: readonly ListedRun[] }): Deletion {
  const busy = doomed.find((run) => run.kind === 'run' && run.summary.state === 'running');
  if (busy !== undefined) {
    throw new ProblemError({
      code: 'run-busy',
      message: `${nameOf(busy)} is being trained.`,
      fix: 'Stop it first, then delete it.',
      place: { file: busy.folder.path },
    });
  }
  const [first] = doomed;
  const what = doomed.length === 1 && first !== undefined ? nameOf(first) : counted(doomed.length, 'run');
  const details = doomed.length === 1 ? [] : doomed.slice(0, 10).map(nameOf);
  if (doomed.length > 10) details.push(`… and ${doomed.length - 10} more`);
  const pupils = pupilsOf(doomed, { among });
  if (pupils.length > 0) {
    details.push(
      `${counted(pupils.length, 'student')} learned from ${doomed.length === 1 ? 'it' : 'them'}: what is not finished of that can not be resumed, and there is no teacher to compare with any more.`,
    );
  }
  return { message: `Delete ${what}?`, detail: details.join('\n') };
}

/** Students that stay and whose teacher goes. */
function pupilsOf(doomed: readonly ListedRun[], { among }: { among: readonly ListedRun[] }): WholeRun[] {
  const gone = new Set(doomed.map(({ folder }) => folder.path));
  const ids = new Set(doomed.map(({ folder }) => folder.id));
  return among.filter((run): run is WholeRun => {
    return run.kind === 'run' && !gone.has(run.folder.path) && run.record.teachers.some((id) => ids.has(id));
  });
}

function nameOf(run: ListedRun): string {
  return run.kind === 'run' ? `${runTitle(run.record.spec)} (${run.folder.id})` : run.folder.id;
}
