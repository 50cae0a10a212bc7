import type { Entry } from '../run/log/entry.js';
import type { RunFolder } from '../run/folder.js';
import { followLog, LogTail, type LogChunk } from '../run/log/logTail.js';
import type { RunRecord } from '../run/record.js';
import { advance, initialState, type RunState } from '../run/state.js';

/** The state of one run, kept up to date from its log. */
export class Follower {
  readonly #record: RunRecord;
  readonly #tail: LogTail;
  #state: RunState;

  constructor(folder: RunFolder, record: RunRecord) {
    this.#record = record;
    this.#tail = new LogTail(folder.log);
    this.#state = initialState(record);
  }

  get state(): RunState {
    return this.#state;
  }

  /** Takes in all that is there, without a word. */
  async catchUp(): Promise<void> {
    for (let more = true; more;) {
      const chunk = await this.#tail.read();
      this.#take(chunk, () => undefined);
      more = chunk.more;
    }
  }

  /** Takes in what comes until `ended` settles, and the last of it then; tells each entry once. */
  async follow(ended: Promise<unknown>, onEntry: (entry: Entry, state: RunState) => void): Promise<void> {
    const end = new AbortController();
    const stop = (): void => end.abort();
    ended.then(stop, stop);
    await followLog(this.#tail, (chunk) => this.#take(chunk, onEntry), { signal: end.signal });
    await ended;
  }

  #take({ entries, restarted }: LogChunk, onEntry: (entry: Entry, state: RunState) => void): void {
    if (restarted) this.#state = initialState(this.#record);
    for (const entry of entries) {
      this.#state = advance(this.#state, entry);
      onEntry(entry, this.#state);
    }
  }
}
