import { EventEmitter } from 'node:events';
import { dirname } from 'node:path';
import * as z from 'zod';
import type { EngineChoice } from '../../core/spec/parts/engine.js';
import type { Experiment } from '../../core/spec/experiment/experiment.js';
import { ProblemError, refuseAny } from '../../core/problem.js';
import { cardPool } from '../../launch/cardPool.js';
import { gitState } from '../../launch/gitState.js';
import type { Launcher } from '../../launch/launcher.js';
import type { CheckedRuns, ExperimentCheck } from '../../launch/checkExperiment.js';
import { unfinishedOf } from '../../launch/pastRuns.js';
import { runQueue } from '../../launch/queue.js';
import type { QueueEvent, RunOutcome } from '../../launch/queueEvent.js';
import { LaunchingWorker } from '../../launch/worker.js';
import { openRuns } from '../../run/openRuns.js';
import { locatedPlan, planOf, type ExperimentPlan } from '../../data/experiment/experimentPlan.js';

const askedSchema = z.object({
  /** Absolute path of the experiment file. */
  file: z.string(),
  /** What it said when it was asked for: what is edited meanwhile is another experiment. */
  text: z.string(),
  /** Names, roles or keys of the runs that are wanted; all when empty. */
  only: z.array(z.string()),
  runsDir: z.string(),
});

/** An experiment that a person asked to run. */
export type AskedExperiment = z.output<typeof askedSchema>;

/** Keeps a value from one life of the window to the next. */
export interface Memory {
  read(): unknown;
  write(value: unknown): void;
}

/** What a queue tells. */
export interface ExperimentQueueNews {
  /** What an experiment's runs do. */
  readonly event: [event: QueueEvent, asked: AskedExperiment];
  /** An experiment was added, began, ended, or has fewer runs left. */
  readonly change: [];
}

export interface ExperimentQueueOptions {
  readonly launcher: () => Launcher;
  /** Finds what keeps runs from being trained, before any of them begins. */
  readonly check: (runs: CheckedRuns, options: { signal: AbortSignal }) => Promise<ExperimentCheck>;
  /** What computes, in place of what experiments say. */
  readonly engine: () => EngineChoice | null;
  /** Of the software that trains: written into the record of each run. */
  readonly versions: Readonly<Record<string, string>>;
  readonly memory: Memory;
}

/** What came of an experiment; `outcomes` in the order of its plan. */
export interface ExperimentOutcome {
  readonly asked: AskedExperiment;
  readonly name: string;
  readonly outcomes: readonly RunOutcome[];
}

interface Queued {
  readonly asked: AskedExperiment;
  readonly experiment: Experiment;
  readonly stop: AbortController;
  /** Keys of the runs that have not been begun. */
  readonly waiting: Set<string>;
}

/**
 * Runs experiments one after another: each uses the whole machine. What was asked for is remembered until it is done,
 * so that a window that comes back can go on.
 */
export class ExperimentQueue extends EventEmitter<ExperimentQueueNews> {
  readonly #options: ExperimentQueueOptions;
  readonly #queued: Queued[] = [];
  #left: readonly AskedExperiment[];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ExperimentQueueOptions) {
    super();
    this.#options = options;
    // What cannot be understood, of another version perhaps, is forgotten.
    const remembered = z.array(askedSchema).safeParse(options.memory.read());
    this.#left = remembered.success ? remembered.data : [];
  }

  /** Files of the experiments that run or wait. */
  get files(): ReadonlySet<string> {
    return new Set(this.#queued.map(({ asked }) => asked.file));
  }

  /** How many runs have not been begun. */
  get waiting(): number {
    return this.#queued.reduce((sum, { waiting }) => sum + waiting.size, 0);
  }

  /** What was asked for and not done when the window's last life ended. */
  get left(): readonly AskedExperiment[] {
    return this.#left;
  }

  /** Forgets what was asked for and left. */
  forget(forgotten: AskedExperiment): void {
    this.#left = this.#left.filter((asked) => !isSameAsk(asked, forgotten));
    this.#remember();
  }

  /**
   * Runs an experiment, or some of its runs, when what was asked for before is done.
   * @throws ProblemError what is wrong with the experiment, `experiment-busy`, or why nothing could be begun
   */
  async run(asked: AskedExperiment): Promise<ExperimentOutcome> {
    if (this.#queued.some((queued) => isPartOf(asked, queued.asked))) {
      throw new ProblemError({
        code: 'experiment-busy',
        message: `${asked.only.length === 0 ? 'This experiment' : asked.only.join(', ')} is being run already.`,
        fix: 'Wait until it is done, or stop it first.',
        place: { file: asked.file },
      });
    }
    const planned = planOf(asked);
    const waiting = new Set(planned.plan.map(({ key }) => key));
    const queued: Queued = { asked, ...planned, stop: new AbortController(), waiting };
    this.#queued.push(queued);
    this.forget(asked);
    this.emit('change');
    const work = this.#turn.then(() => this.#work(queued));
    this.#turn = work.catch(() => undefined);
    try {
      return { asked, name: queued.experiment.name, outcomes: await work };
    } finally {
      this.#queued.splice(this.#queued.indexOf(queued), 1);
      this.#remember();
      this.emit('change');
    }
  }

  /** Lets the trainer of an experiment save and leave, and begins no more of its runs. */
  stop(file: string): void {
    for (const { asked, stop } of this.#queued) if (asked.file === file) stop.abort();
  }

  stopAll(): void {
    for (const { stop } of this.#queued) stop.abort();
  }

  async #work({ asked, experiment, stop, waiting }: Queued): Promise<RunOutcome[]> {
    const { signal } = stop;
    const engine = this.#options.engine();
    const cards = await cardPool(engine ?? experiment.engine);
    const launcher = this.#options.launcher();
    const origin = {
      experiment: { name: experiment.name, file: asked.file },
      git: await gitState(dirname(asked.file)),
      versions: { ...this.#options.versions },
      execution: {
        engine: engine ?? experiment.engine,
        checkpointSeconds: experiment.checkpointSeconds,
        keep: experiment.keep,
      },
    };
    const onEvent = (event: QueueEvent): void => {
      const begun = event.kind !== 'queued' && waiting.delete(event.run.key);
      this.emit('event', event, asked);
      if (begun) this.emit('change');
    };
    const { plan } = await this.#checked(asked, { signal, engine: engine ?? experiment.engine }).catch(
      (error: unknown) => {
        // Told to end while it looked at files: its runs are then skipped one by one.
        if (signal.aborted) return planOf(asked);
        throw error;
      },
    );
    const runs = await openRuns(asked.runsDir, { make: true });
    try {
      const worker = new LaunchingWorker({ runs, launcher, origin, engine, cards, signal, onEvent });
      return await runQueue(plan, { worker, parallel: Math.max(1, cards.size), signal, onEvent });
    } finally {
      await runs.close();
    }
  }

  /** @throws ProblemError everything that is wrong with the experiment, its files, and the runs that are left of it */
  async #checked(
    asked: AskedExperiment,
    { signal, engine }: { signal: AbortSignal; engine: EngineChoice },
  ): Promise<ExperimentPlan> {
    const located = await locatedPlan(asked, { signal });
    const { text, file, runsDir } = asked;
    const plan = await unfinishedOf(runsDir, located.plan);
    const runs = { ...{ experiment: located.experiment, plan, text, file, runsDir, engine }, whole: true, known: [] };
    const { problems } = await this.#options.check(runs, { signal });
    refuseAny(problems);
    return located;
  }

  #remember(): void {
    this.#options.memory.write([...this.#left, ...this.#queued.map(({ asked }) => asked)]);
  }
}

/** Whether two are the same part of one experiment. */
function isSameAsk(a: AskedExperiment, b: AskedExperiment): boolean {
  return isPartOf(a, b) && isPartOf(b, a);
}

/** Whether all that is asked for is a part of another ask: everything is when nothing is named. */
function isPartOf({ file, only }: AskedExperiment, of: AskedExperiment): boolean {
  if (file !== of.file) return false;
  return of.only.length === 0 || (only.length > 0 && only.every((word) => of.only.includes(word)));
}
