import type { LogitsPlace } from '../src/panel/protocol.js';
import type { Connection } from './connection.js';
import type { LogitsId } from './sums/protocol.js';
import type { Sums } from './sums/sums.js';

/** Stored answers of a run. The logits themselves are with the worker. */
export interface StoredLogits {
  readonly logits: LogitsId;
  readonly n: number;
  readonly classes: number;
  /** [n]. */
  readonly labels: Int32Array;
  /** After which epoch they were given: the nearest one, where those asked for did not stay. */
  readonly epoch: number;
}

/** Stored answers that stay with the worker for as long as they are held. */
export interface HeldAnswer {
  /** Rejected with a ProblemError: what the host says is wrong, or why there is no worker. Holding again tries again. */
  readonly stored: Promise<StoredLogits>;
  /** Says that they are not needed any more. */
  release(): void;
}

interface Entry {
  readonly stored: Promise<StoredLogits>;
  /** Null until they are here. */
  arrived: { readonly id: LogitsId; readonly bytes: number } | null;
  holders: number;
}

/** Stored answers by place, asked for once. The least recently used that nobody holds leave when too many bytes are kept. */
export class LogitsCache {
  readonly #entries = new Map<string, Entry>();

  constructor(
    private readonly connection: Pick<Connection, 'request'>,
    private readonly sums: Pick<Sums, 'hold' | 'drop'>,
    private readonly mostBytes = 512 * 1024 * 1024,
  ) {}

  hold(place: LogitsPlace): HeldAnswer {
    const key = `${place.split} ${place.epoch} ${place.run}`;
    const entry = this.#entries.get(key) ?? this.#ask(key, place);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.holders++;
    let isHeld = true;
    return {
      stored: entry.stored,
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        entry.holders--;
        this.#makeRoom();
      },
    };
  }

  #ask(key: string, place: LogitsPlace): Entry {
    const answered = this.connection.request('logits', place).then((answer) => {
      const { n, classes, epoch, logits } = answer;
      // What is handed over takes all of its memory along, and the labels may lie in it.
      const labels = answer.labels.slice();
      const bytes = logits.byteLength + labels.byteLength;
      return { bytes, stored: { logits: this.sums.hold({ ...answer, labels }), n, classes, labels, epoch } };
    });
    const entry: Entry = { stored: answered.then(({ stored }) => stored), arrived: null, holders: 0 };
    answered.then(
      ({ bytes, stored }) => {
        entry.arrived = { id: stored.logits, bytes };
        this.#makeRoom();
      },
      () => this.#entries.delete(key),
    );
    return entry;
  }

  #makeRoom(): void {
    let kept = [...this.#entries.values()].reduce((sum, { arrived }) => sum + (arrived?.bytes ?? 0), 0);
    for (const [key, { arrived, holders }] of [...this.#entries]) {
      if (kept <= this.mostBytes) return;
      if (arrived === null || holders > 0) continue;
      kept -= arrived.bytes;
      this.#entries.delete(key);
      this.sums.drop(arrived.id);
    }
  }
}
