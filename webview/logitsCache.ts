import type { LogitsPlace, StoredAnswer } from '../src/panel/protocol.js';
import type { Connection } from './connection.js';

/** Stored answers by place, asked for once. The least recently used leave when too many bytes are held. */
export class LogitsCache {
  readonly #answers = new Map<string, Promise<StoredAnswer>>();
  readonly #bytes = new Map<string, number>();

  constructor(
    private readonly connection: Connection,
    private readonly mostBytes = 512 * 1024 * 1024,
  ) {}

  /** @throws ProblemError what the host says is wrong; asking again tries again */
  get(place: LogitsPlace): Promise<StoredAnswer> {
    const key = `${place.split} ${place.epoch} ${place.run}`;
    const answer = this.#answers.get(key) ?? this.#ask(key, place);
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    return answer;
  }

  #ask(key: string, place: LogitsPlace): Promise<StoredAnswer> {
    const answer = this.connection.request('logits', place);
    answer.then(
      ({ logits, labels }) => {
        this.#bytes.set(key, logits.byteLength + labels.byteLength);
        this.#makeRoom(key);
      },
      () => this.#answers.delete(key),
    );
    return answer;
  }

  #makeRoom(newest: string): void {
    let held = [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
    for (const key of [...this.#answers.keys()]) {
      if (held <= this.mostBytes) return;
      const bytes = this.#bytes.get(key);
      if (bytes === undefined || key === newest) continue;
      held -= bytes;
      this.#bytes.delete(key);
      this.#answers.delete(key);
    }
  }
}
