import { formatProblem, type Problem } from '../core/problem.js';
import { weightsWords } from '../core/weightsWords.js';
import type { Entry, WeightsReport } from '../run/log/entry.js';
import type { Journal } from './training/journal.js';

/**
 * What a person should know: at once in the trainer's own output, and in the log. There it waits for the entry
 * `started`, which voids what earlier processes said.
 */
export class Say {
  /** Null once `started` is written. */
  #held: Entry[] | null = [];

  /** @param print takes lines for the trainer's own output */
  constructor(
    private readonly journal: Journal,
    private readonly print: (text: string) => void,
  ) {}

  /** A decision that is good to know of. */
  readonly note = (text: string): void => {
    this.print(text);
    this.#log({ type: 'note', time: Date.now(), text });
  };

  /** What must be seen although the run goes on: the result may not mean what it seems to. */
  readonly warn = (problem: Problem): void => {
    this.print(`Warning: ${formatProblem(problem)}`);
    this.#log({ type: 'warning', time: Date.now(), problem });
  };

  /** What came of a file of weights. */
  readonly weights = (report: WeightsReport): void => {
    this.print(weightsWords(report));
    this.#log({ type: 'weights', time: Date.now(), ...report });
  };

  /** Logs what was held; called after `started`, or where the run ends before it. May be called more than once. */
  begin(): void {
    const held = this.#held ?? [];
    this.#held = null;
    // An entry's time is that of its writing: the log's times do not go back.
    for (const entry of held) this.journal.write({ ...entry, time: Date.now() });
  }

  #log(entry: Entry): void {
    if (this.#held === null) this.journal.write(entry);
    else this.#held.push(entry);
  }
}
