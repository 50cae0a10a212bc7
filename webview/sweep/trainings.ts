import { batch, signal, type ReadonlySignal } from '@preact/signals-core';
import { problemOf, type Problem } from '../../src/core/problem.js';
import type { Connection } from '../connection.js';
import type { Planned } from './sweepMap.js';

/** Students that were asked to be trained from here and have not ended, whichever view is looked at meanwhile. */
export class Trainings {
  /** How often each is asked for, by name. */
  readonly #asked = signal<ReadonlyMap<string, number>>(new Map());
  readonly #problem = signal<Problem | null>(null);

  /** Why what was asked for last is not trained; null where nothing is wrong. */
  get problem(): ReadonlySignal<Problem | null> {
    return this.#problem;
  }

  /** Changes with every student that is asked for or has ended. */
  get asked(): ReadonlySignal<ReadonlyMap<string, number>> {
    return this.#asked;
  }

  has(planned: Planned): boolean {
    return this.#asked.peek().has(nameOf(planned));
  }

  /** Asks the host to train students of one experiment. */
  async train(connection: Connection, students: readonly Planned[]): Promise<void> {
    const [first] = students;
    if (first === undefined) return;
    batch(() => {
      this.#problem.value = null;
      this.#count(students, 1);
    });
    try {
      await connection.request('train', { run: first.through, keys: students.map(({ key }) => key) });
    } catch (error) {
      this.#problem.value = problemOf(error);
    } finally {
      this.#count(students, -1);
    }
  }

  #count(students: readonly Planned[], by: 1 | -1): void {
    const asked = new Map(this.#asked.peek());
    for (const name of students.map(nameOf)) {
      const count = (asked.get(name) ?? 0) + by;
      if (count === 0) asked.delete(name);
      else asked.set(name, count);
    }
    this.#asked.value = asked;
  }
}

function nameOf({ key, through }: Planned): string {
  return `${through} ${key}`;
}
