import assert from 'node:assert/strict';
import { formatProblem, ProblemError } from '../../../src/core/problem.js';

/** What a person reads where something is refused. @param folder is written `<folder>`, whatever its name */
export async function refusal(work: () => Promise<unknown>, { folder }: { folder: string }): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return formatProblem(error.problem).replaceAll(folder, '<folder>').replaceAll('\\', '/');
  }
  return assert.fail('nothing was refused');
}
