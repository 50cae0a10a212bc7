import type { EnsembleMean } from '../../../src/core/losses/softmax.js';
import type { Role } from '../../../src/core/spec/spec.js';
import type { LogitsAnswer } from '../../../src/panel/protocol.js';
import type { StoredLogits } from '../../../webview/logitsCache.js';
import { examplesOf, type Examples } from '../../../webview/softLabels/examples.js';
import { Answering } from '../../../webview/sums/answering.js';
import { LogitsStore } from '../../../webview/sums/logitsStore.js';
import type { ModelColumn, SumName, ToPage, ToWorker } from '../../../webview/sums/protocol.js';
import type { SplitLogits } from '../../../webview/sums/splitLogits.js';
import { Sums } from '../../../webview/sums/sums.js';

/** What was sent to the worker: its type, and the name of a question. */
export interface Sent {
  readonly type: ToWorker['type'];
  readonly name?: SumName;
}

/** Both ends, with a copy between them as between a page and its worker, in this process. */
export interface TestSums {
  readonly sums: Sums;
  readonly sent: readonly Sent[];
  /** How often the worker took a turn. */
  readonly turns: () => number;
}

/** The worker's clock says that each step takes longer than a turn. */
export function testSums(): TestSums {
  const sent: Sent[] = [];
  let tell: <N extends SumName>(message: ToPage<N>) => void = () => undefined;
  let turns = 0;
  let time = 0;
  const sums = new Sums({
    post: (message, transfer) => {
      sent.push(message);
      const arrived = structuredClone(message, { transfer });
      setImmediate(() => answering.receive(arrived));
    },
    listen: ({ onMessage }) => {
      tell = onMessage;
    },
  });
  const answering = new Answering({
    post: (message, transfer) => {
      const arrived = structuredClone(message, { transfer });
      setImmediate(() => tell(arrived));
    },
    afterMessages: (callback) => {
      turns++;
      setImmediate(callback);
    },
    now: () => (time += 1000),
  });
  return { sums, sent, turns: () => turns };
}

/** Hands answers over as the panel does, and leaves the test its own. */
export function stored(sums: Sums, answers: LogitsAnswer): StoredLogits {
  const { n, classes, labels } = answers;
  return { logits: sums.hold({ ...answers, logits: answers.logits.slice() }), n, classes, labels, epoch: 1 };
}

/** A run, and those that it is compared with. */
export interface Asked {
  readonly subject: LogitsAnswer;
  readonly role: Role;
  readonly teachers: readonly LogitsAnswer[];
  readonly ensemble: EnsembleMean;
  readonly baseline: LogitsAnswer | null;
}

/** The answers of a run and of those that it is compared with, as the view has them. */
export function examplesIn(sums: Sums, { subject, role, teachers, ensemble, baseline }: Asked): Promise<Examples> {
  return examplesOf(sums, {
    subject: stored(sums, subject),
    role,
    teachers: teachers.map((teacher) => stored(sums, teacher)),
    ensemble,
    baseline: baseline === null ? null : stored(sums, baseline),
  });
}

/** The same as the worker has them. */
export function splitLogitsOf({ subject, role, teachers, ensemble, baseline }: Asked): SplitLogits {
  const store = new LogitsStore();
  [subject, ...teachers, ...(baseline === null ? [] : [baseline])].forEach((held, id) => store.hold(id, held));
  const [first, ...others] = teachers.map((_, at) => at + 1);
  const column = (of: Role, id: number): ModelColumn => ({ role: of, model: { members: [id], ensemble } });
  return store.splitOf({
    subject: column(role, 0),
    teacher: first === undefined ? null : { role: 'teacher', model: { members: [first, ...others], ensemble } },
    baseline: baseline === null ? null : column('baseline', teachers.length + 1),
  });
}
