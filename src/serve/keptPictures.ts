import { ProblemError } from '../core/problem.js';
import type { PicturesAnswer, Requests, RunKey } from '../panel/protocol.js';
import { answerPictures } from './answers.js';
import type { RunFeed } from './runFeed.js';

/** Of pictures that are not there, or of no use. */
const toMake: ReadonlySet<string> = new Set(['pictures-missing', 'pictures-damaged']);

/** Answers with pictures from the cache. Those that are not in it, or damaged, are made again once, where the host can. */
export class KeptPictures {
  readonly #remake: ((run: RunKey) => Promise<void>) | undefined;
  readonly #remade = new Map<RunKey, Promise<void>>();

  /** @param remake makes the pictures of a run again from its data, in another process */
  constructor({ remake }: { remake: ((run: RunKey) => Promise<void>) | undefined }) {
    this.#remake = remake;
  }

  /**
   * @param mayRun whether processes may be started here
   * @throws ProblemError `pictures-missing`, or what is wrong with the file or the data
   */
  async answer(
    feed: RunFeed,
    ask: Requests['pictures']['ask'],
    { mayRun }: { mayRun: boolean },
  ): Promise<PicturesAnswer> {
    try {
      return await answerPictures(feed, ask);
    } catch (error) {
      const isToMake = error instanceof ProblemError && toMake.has(error.problem.code);
      if (!isToMake || this.#remake === undefined || !mayRun) throw error;
      const { path } = feed.folder;
      const remade = this.#remade.get(path) ?? this.#remake(path);
      this.#remade.set(path, remade);
      await remade;
      return answerPictures(feed, ask);
    }
  }
}
