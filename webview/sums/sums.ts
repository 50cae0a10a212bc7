import { assertNever, ProblemError, type Problem } from '../../src/core/problem.js';
import type { LogitsAnswer } from '../../src/panel/protocol.js';
import type { LogitsId, Question, SumAnswer, SumName, SumQuestions, ToPage, ToWorker } from './protocol.js';

/** The way to the worker. */
export interface WorkerPort {
  post<N extends SumName>(message: ToWorker<N>, transfer: ArrayBuffer[]): void;
  /** Is called once, before the first message is posted. */
  listen(listeners: {
    readonly onMessage: <N extends SumName>(message: ToPage<N>) => void;
    /** The worker cannot be started, or has ended: nothing more will come. */
    readonly onEnd: (problem: Problem) => void;
  }): void;
}

interface Waiting<A> {
  resolve(answer: A): void;
  reject(error: Error): void;
}

/** The page's end: has computed in the worker what would keep the page from being drawn. */
export class Sums {
  readonly #waiting: { readonly [N in SumName]: Map<number, Waiting<SumQuestions[N]['answer']>> } = {
    predictions: new Map(),
    overall: new Map(),
    calibration: new Map(),
    kept: new Map(),
    example: new Map(),
    classSoftLabels: new Map(),
    judged: new Map(),
    confidences: new Map(),
    clusterOrder: new Map(),
    confusedPairs: new Map(),
  };
  #lastId = 0;
  #ended: ProblemError | null = null;

  constructor(private readonly port: WorkerPort) {
    port.listen({
      onMessage: (message) => {
        switch (message.type) {
          case 'answer':
            this.#settle(message);
            return;
          case 'refusal':
            this.#take(message.name, message.id)?.reject(new ProblemError(message.problem));
            return;
          default:
            assertNever(message);
        }
      },
      onEnd: (problem) => this.#end(problem),
    });
  }

  /**
   * Hands logits over: their memory belongs to the worker from now on.
   * @throws ProblemError why there is no worker
   */
  hold({ logits, labels, classes }: LogitsAnswer): LogitsId {
    if (this.#ended !== null) throw this.#ended;
    const logitsId = ++this.#lastId;
    const { buffer } = logits;
    if (!(buffer instanceof ArrayBuffer)) throw new TypeError('logits in shared memory cannot be handed over');
    this.port.post({ type: 'hold', logitsId, logits, labels, classes }, [buffer]);
    return logitsId;
  }

  /** Lets the worker forget logits. */
  drop(logitsId: LogitsId): void {
    if (this.#ended === null) this.port.post({ type: 'drop', logitsId }, []);
  }

  /**
   * Has something computed.
   * @param signal aborts it: the promise is then rejected with the signal's reason
   * @throws ProblemError what the worker says is wrong, or why there is none
   */
  ask<N extends SumName>(
    name: N,
    ask: SumQuestions[N]['ask'],
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<SumQuestions[N]['answer']> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    if (signal?.aborted === true) return Promise.reject(reasonOf(signal));
    const id = ++this.#lastId;
    const question: Question<N> = { type: 'ask', id, name, ask };
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        if (this.#take(name, id) === undefined) return;
        this.port.post({ type: 'cancel', id }, []);
        if (signal !== undefined) reject(reasonOf(signal));
      };
      const leave = (): void => signal?.removeEventListener('abort', onAbort);
      this.#waiting[name].set(id, {
        resolve: (answer) => {
          leave();
          resolve(answer);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      });
      signal?.addEventListener('abort', onAbort);
      this.port.post(question, []);
    });
  }

  #settle<N extends SumName>({ id, name, answer }: SumAnswer<N>): void {
    this.#take(name, id)?.resolve(answer);
  }

  #take<N extends SumName>(name: N, id: number): Waiting<SumQuestions[N]['answer']> | undefined {
    const waiting = this.#waiting[name].get(id);
    this.#waiting[name].delete(id);
    return waiting;
  }

  #end(problem: Problem): void {
    const error = new ProblemError(problem);
    this.#ended = error;
    for (const waiting of Object.values(this.#waiting)) {
      for (const each of [...waiting.values()]) each.reject(error);
      waiting.clear();
    }
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
