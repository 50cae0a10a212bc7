import type { RunFolder } from '../run/folder.js';
import type { ComputeEnvironment } from './computeEnvironment.js';

/** How a trainer's process ended: its exit code, or the signal that ended it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A trainer that this launcher has started. */
export interface RunHandle {
  readonly folder: RunFolder;
  readonly pid: number;
  /** Bytes of `trainer.log` that are of earlier trainers. */
  readonly outputFrom: number;
  /** Waits for its end, and keeps this process alive meanwhile; who does not wait may leave, the trainer goes on. */
  exited(): Promise<Exit>;
}

/** How long a trainer is given at each stage of stopping, in milliseconds. */
export interface StopPatience {
  /** After the request, to finish its step and save. */
  readonly graceMs: number;
  /** After it was told to terminate. */
  readonly terminateMs: number;
  /** After it was killed, until it must be gone. */
  readonly killMs: number;
}

/**
 * What stopping came to. `not-running`: nobody had the run. `stopped`: it saved and left when asked. `terminated`,
 * `killed`: it had to be made to; what it had not saved is lost. `asked`: it runs where it can only be asked and has
 * not left yet.
 */
export type StopOutcome = 'not-running' | 'stopped' | 'terminated' | 'killed' | 'asked';

export interface StartOptions {
  /** The number of the NVIDIA card that the trainer is to have for itself; null leaves all of them to it. */
  readonly card?: number | null;
}

/** What a launcher is given of the place that it starts trainers from. */
export interface LauncherSetup {
  /** The built trainer, `dist/trainer.js`. */
  readonly trainerScript: string;
  /** The Node that trainers run in: this process's own without it. */
  readonly node?: string;
  /** What trainers find in their environment on top of this process's own: nothing without it. */
  readonly environment?: ComputeEnvironment | null;
}

/** Who starts and stops trainers. All that a trainer is told is its run folder. */
export interface Launcher {
  /** Starts a trainer on a folder that holds `run.json`, resuming what is there. @throws ProblemError when it cannot be started */
  start(folder: RunFolder, options?: StartOptions): Promise<RunHandle>;
  /**
   * Stops the trainer of a run, whoever started it, and returns once it is gone.
   * @throws ProblemError `trainer-survives`
   */
  stop(folder: RunFolder, patience?: Partial<StopPatience>): Promise<StopOutcome>;
}
