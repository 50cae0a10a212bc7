/**
 * Whose turn it is to write a log, line after line. Each trainer that takes a run has the next turn and puts it into all
 * of its entries. An entry of an earlier turn after one of a later was written by a trainer from which the run had been
 * taken, in the moment between its look at its lock and its write; the later one has done the same steps.
 */
export class Turns {
  #latest = 0;

  /** The greatest turn so far; 0 where none was told. */
  get latest(): number {
    return this.#latest;
  }

  /** Whether an entry counts, as a parsed line. Those of older builds tell no turn and count. */
  take(entry: unknown): boolean {
    if (typeof entry !== 'object' || entry === null || !('turn' in entry)) return true;
    const { turn } = entry;
    if (typeof turn !== 'number' || !Number.isSafeInteger(turn)) return true;
    if (turn < this.#latest) return false;
    this.#latest = turn;
    return true;
  }

  restart(): void {
    this.#latest = 0;
  }
}
