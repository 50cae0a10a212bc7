import { problemOf, type Problem } from '../../src/core/problem.js';
import type { Connection } from '../connection.js';
import type { Planned } from './sweepMap.js';

/** Students that were asked to be trained from here and have not ended, whichever view is looked at meanwhile. */
export class Trainings {
  readonly #asked = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  #problem: Problem | null = null;

  /** Why what was asked for last is not trained; null where nothing is wrong. */
  get problem(): Problem | null {
    return this.#problem;
  }

  has(planned: Planned): boolean {
    return this.#asked.has(nameOf(planned));
  }

  /** Asks the host to train students of one experiment. */
  async train(connection: Connection, students: readonly Planned[]): Promise<void> {
    const [first] = students;
    if (first === undefined) return;
    this.#problem = null;
    this.#count(students, 1);
    try {
      await connection.request('train', { run: first.through, keys: students.map(({ key }) => key) });
    } catch (error) {
      this.#problem = problemOf(error);
    } finally {
      this.#count(students, -1);
    }
  }

  /** @returns a function that ends it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #count(students: readonly Planned[], by: 1 | -1): void {
    for (const name of students.map(nameOf)) {
      const count = (this.#asked.get(name) ?? 0) + by;
      if (count === 0) this.#asked.delete(name);
      else this.#asked.set(name, count);
    }
    for (const listener of [...this.#listeners]) listener();
  }
}

function nameOf({ key, through }: Planned): string {
  return `${through} ${key}`;
}
