import { formatProblem, problemOf } from '../core/problem.js';
import { claim } from '../run/claim.js';
import { runFolder, type RunFolder } from '../run/folder.js';
import { LogWriter } from '../run/log.js';
import type { ProcessIdentity } from '../run/process.js';
import { readRecord } from '../run/runsFolder.js';
import { createEngine } from './engines/create.js';
import type { OnProgress } from './evaluate.js';
import { Journal } from './journal.js';
import { createSession } from './session.js';
import { watchForStop } from './stopSignal.js';
import { train, type Outcome } from './train.js';

/**
 * A trainer: turns a run folder with a spec into a run folder with results, and needs nothing but the folder.
 *   node trainer.js <run folder>
 * Exit codes: 0 finished or stopped, 1 failed (the log says why), 2 there was nothing it could train.
 */
async function main(path: string | undefined): Promise<number> {
  if (path === undefined) {
    console.error('usage: trainer <run folder>');
    return 2;
  }
  const folder = runFolder(path);
  try {
    const hold = await claim(folder);
    process.on('exit', () => {
      hold.release();
    });
    return await trainClaimed(folder, hold.owner);
  } catch (error) {
    // There is no log to write to, or it cannot be written: what is left is the process's own output.
    console.error(formatProblem(problemOf(error)));
    return 2;
  }
}

async function trainClaimed(folder: RunFolder, owner: ProcessIdentity): Promise<number> {
  const record = await readRecord(folder);
  const journal = new Journal(new LogWriter(folder.log), record.spec.train.batchSize);
  const stop = watchForStop(folder);
  try {
    const engine = await createEngine(record.execution.engine);
    const onProgress = progressTo(journal);
    const session = await createSession({ folder, record, engine }, onProgress);
    const { train: training, validation, test } = session.dataset;
    journal.write({
      type: 'started',
      time: Date.now(),
      version: 1,
      ...owner,
      engine: engine.name,
      device: engine.device,
      parameters: session.parameterCount,
      steps: record.spec.train.epochs * session.stepsPerEpoch,
      stepsPerEpoch: session.stepsPerEpoch,
      examples: { train: training.labels.length, validation: validation.labels.length, test: test.labels.length },
      resumedFrom: session.position.step,
    });
    const outcome: Outcome = await train(session, { folder, record, journal, stop: stop.signal, onProgress });
    console.log(outcome);
    await session.dispose();
    await engine.dispose();
    return 0;
  } catch (error) {
    const problem = problemOf(error);
    console.error(error instanceof Error ? error.stack : formatProblem(problem));
    journal.write({ type: 'failed', time: Date.now(), problem });
    return 1;
  } finally {
    stop.dispose();
    journal.close();
  }
}

/** Milliseconds between two entries about the same long work. */
const progressInterval = 200;

/** Logs long work that is not training. */
function progressTo(journal: Journal): (what: string) => OnProgress {
  return (what) => {
    let last = performance.now();
    return (done, total) => {
      const now = performance.now();
      if (now - last < progressInterval) return;
      last = now;
      journal.write({ type: 'progress', time: Date.now(), what, done, total });
    };
  };
}

process.exitCode = await main(process.argv[2]);
