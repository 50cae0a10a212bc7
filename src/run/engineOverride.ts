import { engineChoices, isEngineChoice, type EngineChoice } from '../core/spec/parts/engine.js';
import { ProblemError } from '../core/problem.js';
import { writeFileAtomic } from '../node/files/atomicFile.js';
import { errorCode, fileProblem } from '../node/fileProblem.js';
import type { RunFolder } from './folder.js';
import type { OpenedRun } from './openedRun.js';
import type { RunRecord } from './record.js';
import { readRegularText } from '../node/files/regularFile.js';

/** A name of some letters. */
const mostBytes = 1024;

/** Lets the trainers of a run take another engine from now on: its record is written once and stays as it is. */
export async function overrideEngine(run: OpenedRun, engine: EngineChoice): Promise<void> {
  await writeFileAtomic(run.file('engine'), `${engine}\n`);
}

/**
 * The engine that a trainer of this run is to take: the one that was named since, or the record's.
 * @throws ProblemError `unknown-engine` where the file names none
 */
export async function engineOf(folder: RunFolder, { execution }: RunRecord): Promise<EngineChoice> {
  let text: string;
  try {
    text = (await readRegularText(folder.engine, { attempt: 'read which engine to take', most: mostBytes })).trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return execution.engine;
    throw fileProblem(error, { path: folder.engine, attempt: 'read which engine to take' });
  }
  if (isEngineChoice(text)) return text;
  throw new ProblemError({
    code: 'unknown-engine',
    message: `The run is to be trained with the engine \`${text}\`, which is not known.`,
    fix: `Write one of these into the file, or delete it: ${engineChoices.join(', ')}.`,
    place: { file: folder.engine },
  });
}
