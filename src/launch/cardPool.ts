import type { EngineChoice } from '../core/spec/parts/engine.js';
import { findCards, realPlaces, type Places } from '../machine/cards.js';

/** Engines that can be told which of several cards is theirs; a provider for WebGPU takes the fastest, always. */
const choosing: readonly EngineChoice[] = ['auto', 'onnx/cuda', 'tensorflow'];

/** Several NVIDIA cards, of which each trainer gets one for itself. */
export class CardPool {
  readonly #users: Map<number, number>;

  /** @param cards their numbers, as CUDA counts */
  constructor(cards: readonly number[]) {
    this.#users = new Map(cards.map((card) => [card, 0]));
  }

  get size(): number {
    return this.#users.size;
  }

  /** The card with the fewest trainers; null where there is nothing to choose from. */
  take(): number | null {
    const [least] = [...this.#users].sort(([, a], [, b]) => a - b);
    if (least === undefined) return null;
    const [card, users] = least;
    this.#users.set(card, users + 1);
    return card;
  }

  giveBack(card: number | null): void {
    if (card !== null) this.#users.set(card, (this.#users.get(card) ?? 1) - 1);
  }
}

/** The cards that trainers of an engine are shared out to: none where there is one, or the engine cannot be told. */
export async function cardPool(engine: EngineChoice, places: Places = realPlaces): Promise<CardPool> {
  if (!choosing.includes(engine)) return new CardPool([]);
  const cards = await findCards(places);
  const numbers = cards.flatMap(({ index }) => (index === null ? [] : [index]));
  return new CardPool(numbers.length > 1 ? numbers : []);
}
