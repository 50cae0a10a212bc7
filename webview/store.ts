import { batch, signal, type Signal } from '@preact/signals-core';
import { assertNever } from '../src/core/problem.js';
import type { DamagedPanelRun, EpochEntry, PanelRun, RunKey, RunStatus, ToPanel } from '../src/panel/protocol.js';
import { Curves } from './curveData.js';

/** All that the panel knows of one run. */
export interface RunData {
  readonly run: PanelRun;
  readonly status: RunStatus | null;
  readonly epochs: readonly EpochEntry[];
  readonly curves: Curves;
  /** Whether all that was logged before the panel was opened has arrived. */
  readonly caughtUp: boolean;
}

/** What changed, so that each part of the panel is drawn again only for its own sake. */
export type Topic = 'runs' | 'status' | 'epochs' | 'steps';

type News = Exclude<ToPanel, { type: 'answer' | 'refusal' }>;

/**
 * What the panel was told, in one place. Listeners are called at most once a frame and topic, however many messages
 * arrive.
 */
export class PanelStore {
  #order: readonly RunKey[] = [];
  #runs = new Map<RunKey, RunData>();
  #damaged: readonly DamagedPanelRun[] = [];
  #mayRun = false;
  /** Grow with every change. */
  readonly #news: Readonly<Record<Topic, Signal<number>>> = {
    runs: signal(0),
    status: signal(0),
    epochs: signal(0),
    steps: signal(0),
  };
  readonly #dirty = new Set<Topic>();

  /** @param schedule calls back before the next frame is painted */
  constructor(private readonly schedule: (flush: () => void) => void) {}

  /** In the order they are shown: those that were opened, then those they belong with. */
  get runs(): readonly RunData[] {
    return this.#order.map((key) => this.#runs.get(key)).filter((data) => data !== undefined);
  }

  get damaged(): readonly DamagedPanelRun[] {
    return this.#damaged;
  }

  /** Whether trainers may be stopped and resumed from here. */
  get mayRun(): boolean {
    return this.#mayRun;
  }

  run(key: RunKey): RunData | undefined {
    return this.#runs.get(key);
  }

  /** @returns a function that ends it */
  subscribe(topic: Topic, listener: () => void): () => void {
    const before = this.#news[topic].peek();
    return this.#news[topic].subscribe((now) => {
      // It calls at once with what is known already.
      if (now > before) listener();
    });
  }

  /** Takes in a message of the host. One about a run that is not shown any more is passed over. */
  receive(message: News): void {
    switch (message.type) {
      case 'runs':
        this.#setRuns(message);
        this.#changed('runs');
        return;
      case 'status':
        this.#update(message.run, { status: message.status });
        this.#changed('status');
        return;
      case 'epochs': {
        const kept = this.#runs.get(message.run)?.epochs.slice(0, message.from) ?? [];
        this.#update(message.run, { epochs: [...kept, ...message.epochs] });
        this.#changed('epochs');
        return;
      }
      case 'steps':
        this.#runs.get(message.run)?.curves.apply(message);
        this.#changed('steps');
        return;
      case 'caughtUp':
        this.#update(message.run, { caughtUp: true });
        this.#changed('status');
        return;
      default:
        assertNever(message);
    }
  }

  #setRuns({ runs, damaged, mayRun }: Extract<News, { type: 'runs' }>): void {
    const before = this.#runs;
    this.#order = runs.map(({ key }) => key);
    this.#runs = new Map(
      runs.map((run) => [
        run.key,
        { ...(before.get(run.key) ?? { status: null, epochs: [], curves: new Curves(), caughtUp: false }), run },
      ]),
    );
    this.#damaged = damaged;
    this.#mayRun = mayRun;
  }

  #update(key: RunKey, change: Partial<RunData>): void {
    const data = this.#runs.get(key);
    if (data !== undefined) this.#runs.set(key, { ...data, ...change });
  }

  #changed(topic: Topic): void {
    if (this.#dirty.size === 0) this.schedule(() => this.#flush());
    this.#dirty.add(topic);
  }

  #flush(): void {
    const topics = [...this.#dirty];
    this.#dirty.clear();
    batch(() => {
      for (const topic of topics) this.#news[topic].value++;
    });
  }
}
