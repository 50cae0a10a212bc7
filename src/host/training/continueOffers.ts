import type { RunStateName } from '../../run/state.js';
import type { RunsIndex } from '../../serve/runsIndex.js';
import { showInfo } from '../shown/messages.js';
import { withProgress } from '../shown/progress.js';
import type { AskedExperiment } from './experimentQueue.js';
import { leftOf, leftWords, type LeftExperiment } from './leftExperiment.js';

/**
 * What a person said. `later`: nothing, so that they are asked the next time; `over`: there was nothing left to ask
 * about, or not any more.
 */
export type ContinueAnswer = 'continue' | 'not-now' | 'later' | 'over';

/** Offers to go on with experiments that the window's last life left unfinished. */
export class ContinueOffers {
  readonly #runs: RunsIndex;
  readonly #open = new Map<number, (answer: 'continue' | 'not-now') => void>();
  #last = 0;

  constructor({ runs }: { runs: RunsIndex }) {
    this.#runs = runs;
  }

  /** A link of an offer was followed. */
  answer(offer: unknown, answer: 'continue' | 'not-now'): void {
    if (typeof offer === 'number') this.#open.get(offer)?.(answer);
  }

  /**
   * Asks, where anything is left to begin.
   * @throws ProblemError what is wrong with the experiment
   */
  async ask(asked: AskedExperiment): Promise<ContinueAnswer> {
    const left = await leftOf(asked);
    // Nothing would be begun: what is at work is followed to its end without a question.
    if (left.left === 0) return left.running.length > 0 ? 'continue' : 'over';
    return left.running.length > 0 ? this.#askWhileRunning(asked, left) : askOnce(leftWords(left));
  }

  /** The answer where nobody is to be asked. @throws ProblemError as {@link ask} */
  async assume(asked: AskedExperiment): Promise<ContinueAnswer> {
    const { left, running } = await leftOf(asked);
    return left + running.length > 0 ? 'continue' : 'over';
  }

  /**
   * While a run is at work the offer may become void at any moment. Only a progress can be taken away again, and it is
   * one: of what is waited for. Its answers are links, for it has no buttons.
   */
  async #askWhileRunning(asked: AskedExperiment, left: LeftExperiment): Promise<ContinueAnswer> {
    await this.#runs.addFolder(asked.runsDir);
    await this.#runs.start();
    const number = ++this.#last;
    const links = [
      { title: 'Continue', command: 'continueLeft', argument: number },
      { title: 'Not Now', command: 'forgetLeft', argument: number },
    ];
    return withProgress({ where: 'notification', title: leftWords(left), links }, () => {
      return new Promise<ContinueAnswer>((resolve) => {
        let states = this.#statesOf(asked);
        const end = (answer: ContinueAnswer): void => {
          listening.dispose();
          this.#open.delete(number);
          resolve(answer);
        };
        const check = async (): Promise<void> => {
          const before = states;
          states = this.#statesOf(asked);
          if (states.join() === before.join()) return;
          // Whoever stops a run of it does not want it to go on.
          if (stoppedIn(states) > stoppedIn(before)) {
            end('over');
            return;
          }
          const now = await leftOf(asked).catch(() => null);
          if (now === null || now.left === 0) end('over');
          else if (now.running.length === 0) end(await askOnce(leftWords(now)));
        };
        const listening = this.#runs.onChange(() => void check());
        this.#open.set(number, end);
      });
    });
  }

  #statesOf({ file }: AskedExperiment): RunStateName[] {
    const whole = this.#runs.runs.filter((run) => run.kind === 'run');
    return whole.filter(({ experimentFile }) => experimentFile === file).map(({ summary }) => summary.state);
  }
}

const stoppedIn = (states: readonly RunStateName[]): number => states.filter((state) => state === 'stopped').length;

async function askOnce(text: string): Promise<ContinueAnswer> {
  const answer = await showInfo(text, 'Continue', 'Not Now');
  return answer === 'Continue' ? 'continue' : answer === 'Not Now' ? 'not-now' : 'later';
}
