import { ProblemError, type Problem } from '../core/problem.js';
import { deviceSigns } from '../machine/deviceSigns.js';
import { claim } from '../run/claim.js';
import { LogWriter } from '../run/log/log.js';
import { withRun } from '../run/openedRun.js';
import { readRun } from '../run/run.js';
import { silentEndProblem, trainerOutput } from '../run/trainerEnd.js';
import type { Exit, RunHandle } from './launcher.js';

/** A trainer that ended without writing a last entry. */
export interface Crash {
  readonly problem: Problem;
  /** It is in the log now as the run's last entry: the run has failed. Without it the run was interrupted. */
  readonly isLogged: boolean;
}

/**
 * Finds out why a trainer ended without a last entry. Where its device or driver ended it that is written down in the
 * trainer's place, under its claim: how a process ended only its parent ever learns, and everyone else would read that
 * the run was interrupted.
 */
export async function concludeCrash(handle: RunHandle, exit: Exit): Promise<Crash> {
  const { folder } = handle;
  const how = exit.signal === null ? `with exit code ${exit.code ?? 'unknown'}` : `by signal ${exit.signal}`;
  const output = await trainerOutput(folder, { from: handle.outputFrom });
  const device = deviceProblem({ output, how, ended: exit, work: await workOf(handle) });
  if (device === null) {
    const isKilled = exit.signal === 'SIGKILL';
    const problem = await silentEndProblem(folder, { output, how: `ended ${how}`, isKilled });
    return { problem, isLogged: false };
  }
  const problem = { ...device, place: { file: folder.trainerLog } };
  return { problem, isLogged: await logFailure(handle, problem) };
}

/** What a trainer was at. */
interface Work {
  /** Null where it had not begun. */
  readonly engine: string | null;
  readonly hasMadeSteps: boolean;
  readonly batchSize: number;
}

async function workOf({ folder, pid }: RunHandle): Promise<Work | null> {
  const run = await readRun(folder);
  if (run.kind === 'damaged') return null;
  const { started, origin } = run.state;
  const isIts = started?.pid === pid;
  return {
    engine: isIts ? started.engine : null,
    hasMadeSteps: isIts && origin !== null,
    batchSize: run.record.spec.train.batchSize,
  };
}

/** How a process ends that did what it may not: nobody asks it to end like this. */
const faults: readonly string[] = ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP'];
/** Windows has exit codes for that, from STATUS_SEVERITY_ERROR on. */
const firstFaultCode = 0xc0000000;
const isFault = ({ code, signal }: Exit): boolean =>
  signal === null ? code !== null && code >= firstFaultCode : faults.includes(signal);
const computesOnCard = (engine: string): boolean => /^onnx\/(?!cpu$)|^tensorflow\/gpu$/.test(engine);

/** A driver may end the process that uses it; what was printed before, or how it ended, tells why. */
function deviceProblem({
  output,
  how,
  ended,
  work,
}: {
  output: string;
  how: string;
  ended: Exit;
  work: Work | null;
}): Problem | null {
  const elsewhere = 'resume with another engine, as `--engine onnx/cpu`';
  const need = /the train step needs .*/.exec(output)?.[0] ?? null;
  const smaller =
    work === null || work.batchSize < 2
      ? 'a smaller network'
      : `a smaller batch (\`"batchSize": ${Math.floor(work.batchSize / 2)}\` takes about half)`;
  if (deviceSigns.lost.test(output)) {
    return {
      code: 'device-lost',
      message: `The graphics card was lost, and its driver ended the trainer ${how}.`,
      fix: `The last checkpoint is intact. Resume the run, or ${elsewhere}.`,
    };
  }
  if (deviceSigns.memory.test(output)) {
    return {
      code: 'out-of-memory',
      message: `The memory of the graphics card ran out, and its driver ended the trainer ${how}.${need === null ? '' : ` Of what it had planned, ${need}.`}`,
      fix: `Use ${smaller}, end what else uses the card, or ${elsewhere}.`,
    };
  }
  if (work?.engine == null || !computesOnCard(work.engine) || !isFault(ended)) return null;
  const fault = `The driver of the graphics card ended the trainer ${how}, without a word`;
  if (work.hasMadeSteps) {
    return {
      code: 'driver-crashed',
      message: `${fault}, in the middle of training with the engine "${work.engine}".`,
      fix: `The last checkpoint is intact. Update the driver, and resume the run, or ${elsewhere}.`,
    };
  }
  return {
    code: 'driver-crashed',
    message: `${fault}, before its first step with the engine "${work.engine}" was done. Most often the memory ran out${need === null ? '' : `: ${need}`}.`,
    fix: `Use ${smaller}, end what else takes memory, or ${elsewhere}. If less does not help, update the driver.`,
  };
}

/** @returns whether it could: not where another trainer has the run already, nor where nothing can be written */
async function logFailure({ folder }: RunHandle, problem: Problem): Promise<boolean> {
  try {
    await withRun(folder, async (opened) => {
      const hold = await claim(opened);
      try {
        const log = LogWriter.open(opened);
        log.append({ type: 'failed', time: Date.now(), problem });
        log.sync();
        log.close();
      } finally {
        hold.release();
      }
    });
    return true;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}
