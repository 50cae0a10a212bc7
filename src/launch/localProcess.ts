import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { ProblemError } from '../core/problem.js';
import { holder } from '../run/claim.js';
import { openOwn } from '../node/files/ownFile.js';
import type { RunFolder } from '../run/folder.js';
import { identify, liveness, type ProcessIdentity } from '../node/processes/process.js';
import { withRun } from '../run/openedRun.js';
import { readRun } from '../run/run.js';
import { clearStop, requestStop } from '../run/stop.js';
import { foldersNearRun, type ComputeEnvironment } from './computeEnvironment.js';
import type { Exit, Launcher, LauncherSetup, RunHandle, StartOptions, StopOutcome, StopPatience } from './launcher.js';
import { groupLives, signalGroup } from './processGroup.js';

const defaultPatience: StopPatience = { graceMs: 30_000, terminateMs: 5_000, killMs: 5_000 };

/** Trainers as processes of this machine that outlive who started them. */
export class LocalProcessLauncher implements Launcher {
  readonly #trainerScript: string;
  readonly #node: string;
  readonly #environment: ComputeEnvironment | null;
  /** Trainers of ours that run, by folder: known before they have claimed it. */
  readonly #children = new Map<string, ProcessIdentity>();

  constructor({ trainerScript, node = process.execPath, environment = null }: LauncherSetup) {
    this.#trainerScript = trainerScript;
    this.#node = node;
    this.#environment = environment;
  }

  async start(folder: RunFolder, { card = null }: StartOptions = {}): Promise<RunHandle> {
    await this.#checkScript();
    const environment = await this.#environment?.(await foldersNearRun(folder));
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;
    const log = await withRun(folder, (run) =>
      openOwn(run.file('trainerLog'), { flags, attempt: 'open the log of the trainer' }),
    );
    try {
      const { size: outputFrom } = await log.stat();
      const child = spawn(this.#node, [this.#trainerScript, folder.path], {
        // A session and a process group of its own: neither Ctrl-C nor a closed terminal or window reaches it.
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        windowsHide: true,
        // Inside an editor this process is Electron, which this makes behave as Node.
        env: {
          ...process.env,
          ...environment,
          ELECTRON_RUN_AS_NODE: '1',
          ...(card === null ? {} : { CUDA_VISIBLE_DEVICES: card.toString() }),
        },
      });
      const ended = new Promise<Exit>((resolve) => {
        child.once('exit', (code, signal) => {
          this.#children.delete(folder.path);
          resolve({ code, signal });
        });
      });
      await once(child, 'spawn');
      child.unref();
      const trainer = await identify(child.pid ?? 0);
      if (child.exitCode === null && child.signalCode === null) this.#children.set(folder.path, trainer);
      return {
        folder,
        pid: trainer.pid,
        outputFrom,
        exited: () => {
          child.ref();
          return ended;
        },
      };
    } catch (error) {
      throw new ProblemError(
        {
          code: 'trainer-not-started',
          message: `The trainer could not be started: ${error instanceof Error ? error.message : String(error)}.`,
          fix: `Check that ${this.#node} is a Node.js 20 or later and that the machine has memory to spare, then resume the run.`,
          place: { file: folder.path },
        },
        { cause: error },
      );
    } finally {
      await log.close();
    }
  }

  /** Where nobody has the run the request stays, for a trainer that is just being started; a resume withdraws it. */
  async stop(folder: RunFolder, patience: Partial<StopPatience> = {}): Promise<StopOutcome> {
    const { graceMs, terminateMs, killMs } = { ...defaultPatience, ...patience };
    // Asked beforehand too: a trainer of small steps may have heard and left before it is looked for.
    const before = await this.#find(folder);
    await withRun(folder, requestStop);
    const trainer = before ?? (await this.#find(folder));
    if (trainer === null) return 'not-running';
    const outcome = await endTrainer(trainer, { graceMs, terminateMs, killMs });
    if (outcome !== 'asked') await withRun(folder, clearStop);
    return outcome;
  }

  /** Ours, or whoever holds the folder, or the process of the log where that still lives. */
  async #find(folder: RunFolder): Promise<ProcessIdentity | null> {
    const known = this.#children.get(folder.path) ?? (await holder(folder));
    if (known !== null) return known;
    const run = await readRun(folder);
    return run.kind === 'run' && run.state.state === 'running' ? run.state.started : null;
  }

  async #checkScript(): Promise<void> {
    try {
      await access(this.#trainerScript);
    } catch (error) {
      throw new ProblemError(
        {
          code: 'trainer-missing',
          message: 'The trainer is not there.',
          fix: 'Build it with `npm run build`, or install Distillery again.',
          place: { file: this.#trainerScript },
        },
        { cause: error },
      );
    }
  }
}

async function endTrainer(trainer: ProcessIdentity, patience: StopPatience): Promise<StopOutcome> {
  const gone = (): Promise<boolean> => liveness(trainer).then((life) => life === 'gone');
  const { pid } = trainer;
  if (await becomes(gone, patience.graceMs)) {
    await clearGroup(pid, patience);
    return 'stopped';
  }
  // Only a process known beyond doubt is ever signalled: the number alone may be someone else's by now.
  if ((await liveness(trainer)) === 'unknown') return 'asked';
  const canTerminate = process.platform !== 'win32';
  if (canTerminate && (await liveness(trainer)) === 'alive') await signalGroup(pid, 'SIGTERM');
  if (canTerminate && (await becomes(gone, patience.terminateMs))) {
    await clearGroup(pid, patience);
    return 'terminated';
  }
  if ((await liveness(trainer)) === 'alive') await signalGroup(pid, 'SIGKILL');
  if (!(await becomes(gone, patience.killMs))) throw survives(pid);
  await clearGroup(pid, patience);
  return 'killed';
}

/** Ends what a trainer that is gone has left running. While any of its group lives its number is not given anew. */
async function clearGroup(group: number, { killMs }: StopPatience): Promise<void> {
  if (!(await groupLives(group))) return;
  await signalGroup(group, 'SIGKILL');
  if (!(await becomes(async () => !(await groupLives(group)), killMs))) throw survives(group);
}

async function becomes(condition: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  for (const end = Date.now() + withinMs; ;) {
    if (await condition()) return true;
    if (Date.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function survives(pid: number): ProblemError {
  return new ProblemError({
    code: 'trainer-survives',
    message: `Process ${pid} was killed and is still there: it hangs inside the operating system.`,
    fix: 'Wait a little. If it stays, the disk or the graphics driver it waits for needs attention.',
  });
}
