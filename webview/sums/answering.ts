import { assertNever, problemOf } from '../../src/core/problem.js';
import { classSoftLabels } from './classSoftLabels.js';
import { clusterOrder } from './clusterOrder.js';
import { confidencesOf } from './confidences.js';
import { confusedPairs } from './confusedPairs.js';
import { judgedOf } from './judged.js';
import { keptOf } from './kept.js';
import { LogitsStore } from './logitsStore.js';
import { calibratedModels, overallOf } from './overall.js';
import type { Question, SumAnswer, SumName, SumQuestions, ToPage, ToWorker } from './protocol.js';
import { symmetricConfusion, symmetricLikeness } from './similarity.js';
import { answersOf } from './splitLogits.js';
import type { Steps } from './steps.js';
import { SumsMemory } from './sumsMemory.js';

/** What the worker has at hand. */
interface Memory {
  readonly store: LogitsStore;
  readonly passes: SumsMemory;
}

/** How each question is answered. An answer is made for the page: none of its arrays is kept, for they travel without a copy. */
const ways: {
  readonly [N in SumName]: (memory: Memory, ask: SumQuestions[N]['ask']) => Steps<SumQuestions[N]['answer']>;
} = {
  *predictions({ store }, model) {
    const { labels, classes } = store.modelOf(model);
    return yield* answersOf({ members: store.softenedMembers(model), n: labels.length, classes });
  },
  *overall({ store, passes }, { dark, ...place }) {
    return overallOf(yield* passes.of(store, place), dark);
  },
  *calibration({ store, passes }, place) {
    return calibratedModels(yield* passes.of(store, place));
  },
  *kept({ store, passes }, { split, temperature }) {
    const sums = yield* passes.of(store, { split: { ...split, baseline: null }, temperature });
    const { teacher } = sums;
    if (teacher === null) throw new Error('a split with a teacher has sums of the teacher');
    const taught = { ...store.splitOf(split), teacher: store.columnOf(split.teacher) };
    return yield* keptOf(taught, { ...sums, teacher });
  },
  *example({ store }, { columns, row }) {
    return columns.map(({ model }) => {
      const { classes } = store.modelOf(model);
      return store.softenedMembers(model).map((logits) => logits.slice(row * classes, (row + 1) * classes));
    });
  },
  *classSoftLabels({ store }, { columns, ...place }) {
    const [first] = columns;
    if (first === undefined) return [];
    const { labels, classes } = store.modelOf(first.model);
    return classSoftLabels({ columns: columns.map((column) => store.columnOf(column)), labels, classes }, place);
  },
  *judged({ store }, model) {
    const judged = yield* judgedOf(store.modelOf(model));
    return { ...judged, labels: Int32Array.from(judged.labels) };
  },
  *confidences({ store }, { model, predicted }) {
    return yield* confidencesOf(store.modelOf(model), predicted);
  },
  *clusterOrder({ store, passes }, { similarity, classes }) {
    if (similarity.by === 'confusion') return clusterOrder(symmetricConfusion(similarity.models, classes), classes);
    const { teacher, subject } = yield* passes.of(store, similarity);
    const matrices = [teacher, subject].filter((column) => column !== null).map(({ matrix }) => matrix);
    return clusterOrder(symmetricLikeness(matrices, classes), classes);
  },
  *confusedPairs(_memory, shown) {
    return confusedPairs(shown);
  },
};

/** Where the worker runs: a browser's worker, or a test. */
export interface WorkerSurroundings {
  post<N extends SumName>(message: ToPage<N>, transfer: ArrayBuffer[]): void;
  /** Calls back after messages that have come were received. */
  afterMessages(callback: () => void): void;
  /** Milliseconds. */
  now(): number;
}

/** Milliseconds between two looks at what the page has said. */
const turn = 8;

/** The worker's end: holds logits, and answers questions about them, a few milliseconds of each in turn. */
export class Answering {
  readonly #memory: Memory = { store: new LogitsStore(), passes: new SumsMemory() };
  readonly #open = new Map<number, Steps<void>>();
  #isWorking = false;

  constructor(private readonly surroundings: WorkerSurroundings) {}

  receive<N extends SumName>(message: ToWorker<N>): void {
    switch (message.type) {
      case 'hold':
        this.#memory.store.hold(message.logitsId, message);
        return;
      case 'drop':
        this.#memory.store.drop(message.logitsId);
        return;
      case 'ask':
        this.#open.set(message.id, this.#answer(message));
        if (!this.#isWorking) this.#workLater();
        return;
      case 'cancel':
        this.#open.delete(message.id);
        return;
      default:
        assertNever(message);
    }
  }

  /** @returns steps of which the last one posts the answer */
  *#answer<N extends SumName>({ id, name, ask }: Question<N>): Steps<void> {
    try {
      const answer: SumAnswer<N> = { type: 'answer', id, name, answer: yield* ways[name](this.#memory, ask) };
      this.surroundings.post(answer, buffersIn(answer));
    } catch (error) {
      this.surroundings.post({ type: 'refusal', id, name, problem: problemOf(error) }, []);
    }
  }

  #workLater(): void {
    this.#isWorking = true;
    this.surroundings.afterMessages(() => {
      this.#isWorking = false;
      this.#work();
      if (this.#open.size > 0) this.#workLater();
    });
  }

  /** Goes on with the one that has waited longest. */
  #work(): void {
    const [next] = this.#open;
    if (next === undefined) return;
    const [id, steps] = next;
    const until = this.surroundings.now() + turn;
    this.#open.delete(id);
    do {
      if (steps.next().done === true) return;
    } while (this.surroundings.now() < until);
    this.#open.set(id, steps);
  }
}

/** The memory of all arrays in a message, each once. */
function buffersIn(message: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const find = (value: unknown): void => {
    if (ArrayBuffer.isView(value)) {
      if (value.buffer instanceof ArrayBuffer) buffers.add(value.buffer);
    } else if (typeof value === 'object' && value !== null) {
      Object.values(value).forEach(find);
    }
  };
  find(message);
  return [...buffers];
}
