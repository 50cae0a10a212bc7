import { formatProblem, problemOf } from '../core/problem.js';
import type { Launcher, StopPatience } from '../launch/launcher.js';
import type { RunFolder } from '../run/folder.js';
import { onInterrupt } from './interrupt.js';
import type { RunView } from './runView.js';

/** What a trainer is given that was told twice to leave: long enough to save, too short to wait for an epoch. */
const impatience: Partial<StopPatience> = { graceMs: 0, terminateMs: 2_000 };

/** Turns Ctrl-C into a stop of the trainers at work: first they are asked to save and leave, then they are made to. */
export class Stopper {
  readonly #launcher: Launcher;
  readonly #view: RunView;
  readonly #controller = new AbortController();
  readonly #working = new Map<string, RunFolder>();
  readonly #interrupt: { dispose(): void };

  constructor({ launcher, view }: { launcher: Launcher; view: RunView }) {
    this.#launcher = launcher;
    this.#view = view;
    this.#interrupt = onInterrupt({
      first: () => {
        view.note('Stopping: the trainer finishes its step and saves. Press Ctrl-C again to end it at once.');
        this.#controller.abort();
      },
      again: () => this.#force(),
    });
  }

  /** Aborted at the first Ctrl-C. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Tells of a trainer that is at work for us. */
  begun(folder: RunFolder): void {
    this.#working.set(folder.path, folder);
  }

  ended(folder: RunFolder): void {
    this.#working.delete(folder.path);
  }

  dispose(): void {
    this.#interrupt.dispose();
  }

  #force(): void {
    this.#view.note('Ending it now. What was saved last stays.');
    for (const folder of this.#working.values()) {
      this.#launcher.stop(folder, impatience).catch((error: unknown) => {
        this.#view.note(formatProblem(problemOf(error)));
      });
    }
  }
}
