import { realPlaces, type Card, type Places } from '../machine/cards.js';
import { gpuFacts } from '../machine/gpuFacts.js';
import type { Journal } from './training/journal.js';

/** Milliseconds between two readings. */
const interval = 3000;

/**
 * Logs how a card is, every few seconds and beside the training. What cannot be read is left out and never fails a run;
 * a card that tells nothing at first is not asked again.
 */
export class DeviceWatch {
  #timer: NodeJS.Timeout | null = null;
  #over = false;

  constructor(
    private readonly card: Card,
    private readonly journal: Pick<Journal, 'inPassing'>,
    private readonly places: Places = realPlaces,
  ) {}

  start(): void {
    void this.#read();
  }

  stop(): void {
    this.#over = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    const facts = await gpuFacts(this.card, this.places).catch(() => null);
    if (this.#over || facts === null) return;
    this.journal.inPassing({ type: 'device', time: Date.now(), name: this.card.name, ...facts });
    this.#timer = setTimeout(() => void this.#read(), interval);
    // It does not keep a trainer alive that is done.
    this.#timer.unref();
  }
}

/**
 * The card that a run computes on, as far as can be told: the one that CUDA was restricted to, or the first; without a
 * card none.
 */
export function cardOf(cards: readonly Card[], visible = process.env.CUDA_VISIBLE_DEVICES): Card | null {
  const number = visible === undefined || visible === '' ? null : Number(visible.split(',')[0]);
  return cards.find(({ index }) => index !== null && index === number) ?? cards[0] ?? null;
}
