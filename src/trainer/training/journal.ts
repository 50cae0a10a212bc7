import { recordOf, sometimesLogged, type StepMetric } from '../../core/metrics.js';
import { ProblemError } from '../../core/problem.js';
import type { Entry, EntryOf } from '../../run/log/entry.js';
import type { LogWriter } from '../../run/log/log.js';
import { short } from '../rounding.js';

/** What a step reports. */
export interface StepReport {
  readonly step: number;
  /** What was measured: of the terms of a loss, and how strongly they pull, only where there is a teacher. */
  readonly metrics: StepValues;
  /** Right answers in the batch. */
  readonly correct: number;
}

export type StepValues = Readonly<Partial<Record<StepMetric, number>> & Record<'loss' | 'learningRate', number>>;

/** Milliseconds between two entries of steps: five a second. */
const stepsInterval = 200;
/** Milliseconds of silence after which a sign of life is written. */
const aliveInterval = 5000;

/** Entries that say what a run has come to: nobody may have read one that a power failure takes back. */
const lasting: ReadonlySet<Entry['type']> = new Set(['epoch', 'finished', 'stopped', 'failed']);

/**
 * Writes a run's log: steps are gathered into one entry a fifth of a second, in order before whatever is logged next,
 * and where nothing happens a sign of life is written.
 */
export class Journal {
  #steps: StepReport[] = [];
  #lastWrite = 0;
  /** When the steps gathered now began, for the rate. */
  #since = performance.now();
  readonly #alive: NodeJS.Timeout;

  constructor(
    private readonly log: LogWriter,
    private readonly batchSize: number,
  ) {
    this.#alive = setInterval(() => {
      if (performance.now() - this.#lastWrite >= aliveInterval) this.inPassing({ type: 'alive', time: Date.now() });
    }, aliveInterval / 5);
  }

  /**
   * Writes what a run can do without, and goes on where it cannot be written: a disk may be full for a moment, and what
   * keeps a trainer from writing for good it meets at its next step, where it can end in order.
   */
  inPassing(entry: EntryOf<'alive' | 'device'>): void {
    try {
      this.write(entry);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
    }
  }

  /** Steps that were made in one call. */
  steps(reports: readonly StepReport[]): void {
    this.#steps.push(...reports);
    if (performance.now() - this.#lastWrite >= stepsInterval) this.flush();
  }

  /** Time spent on something else than steps does not count towards their rate. */
  restartClock(): void {
    this.#since = performance.now();
  }

  /** Writes an entry. One that says what a run has come to is on the disk afterwards. */
  write(entry: Entry): void {
    this.flush();
    this.#append(entry);
    if (lasting.has(entry.type)) this.log.sync();
  }

  /** Brings all that was logged to the disk, steps that are still gathered among it. */
  sync(): void {
    this.flush();
    this.log.sync();
  }

  flush(): void {
    const [first] = this.#steps;
    if (first === undefined) return;
    const now = performance.now();
    const examples = this.#steps.length * this.batchSize;
    this.#append(stepsEntry(this.#steps, (1000 * examples) / Math.max(now - this.#since, 1e-3)));
    this.#steps = [];
    this.#since = now;
  }

  close(): void {
    clearInterval(this.#alive);
    this.flush();
  }

  #append(entry: Entry): void {
    this.log.append(entry);
    this.#lastWrite = performance.now();
  }
}

function stepsEntry(steps: readonly StepReport[], examplesPerSecond: number): EntryOf<'steps'> {
  const column = (name: StepMetric): number | number[] => {
    const values = steps.map(({ metrics }) => short(metrics[name] ?? NaN));
    return values.every((item) => item === values[0]) ? (values[0] ?? 0) : values;
  };
  // With alpha at 0 or 1 there is one gradient, and no angle in the whole run.
  const isTold = (name: StepMetric): boolean => steps.some(({ metrics }) => !Number.isNaN(metrics[name] ?? NaN));
  return {
    type: 'steps',
    time: Date.now(),
    first: steps[0]?.step ?? 0,
    count: steps.length,
    loss: column('loss'),
    ...recordOf(sometimesLogged.filter(isTold), column),
    learningRate: column('learningRate'),
    examplesPerSecond: Math.round(examplesPerSecond),
  };
}
