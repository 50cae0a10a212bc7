import { ProblemError } from '../../src/core/problem.js';
import type { ModelLogits } from './judged.js';
import type { HeldLogits, LogitsId, Model, ModelColumn, Split } from './protocol.js';
import type { Logits } from './rowSoftener.js';
import { meanOf, type LogitsColumn, type SplitLogits } from './splitLogits.js';

/** The logits that the worker holds, and means of them that were asked for. */
export class LogitsStore {
  readonly #held = new Map<LogitsId, HeldLogits>();
  /** Means of the logits of several teachers, by their ids. */
  readonly #means = new Map<string, { readonly of: Model; readonly mean: Float64Array }>();

  hold(id: LogitsId, logits: HeldLogits): void {
    this.#held.set(id, logits);
  }

  drop(id: LogitsId): void {
    this.#held.delete(id);
    for (const [key, { of }] of this.#means) if (of.members.includes(id)) this.#means.delete(key);
  }

  /** @throws ProblemError `logits-dropped` for logits that are not held */
  modelOf({ members: [first, ...others], ensemble }: Model): ModelLogits {
    const { logits, labels, classes } = this.#get(first);
    return { members: [logits, ...others.map((id) => this.#get(id).logits)], ensemble, labels, classes };
  }

  /** What soft labels are made of: of an ensemble that averages logits their mean. @throws ProblemError as `modelOf` */
  softenedMembers(model: Model): readonly Logits[] {
    const { members } = this.modelOf(model);
    if (model.ensemble === 'probabilities' || members.length === 1) return members;
    const key = model.members.join(' ');
    const mean = this.#means.get(key)?.mean ?? meanOf(members);
    this.#means.set(key, { of: model, mean });
    return [mean];
  }

  columnOf({ role, model }: ModelColumn): LogitsColumn {
    return { role, members: this.softenedMembers(model) };
  }

  splitOf({ subject, teacher, baseline }: Split): SplitLogits {
    const { labels, classes } = this.#get(subject.model.members[0]);
    return {
      n: labels.length,
      classes,
      labels,
      subject: this.columnOf(subject),
      teacher: teacher === null ? null : this.columnOf(teacher),
      baseline: baseline === null ? null : this.columnOf(baseline),
    };
  }

  #get(id: LogitsId): HeldLogits {
    const held = this.#held.get(id);
    if (held !== undefined) return held;
    throw new ProblemError({
      code: 'logits-dropped',
      message: 'The panel has let go of these logits while they were still needed.',
      fix: 'Close the panel and open it again. This is a defect in Distillery; please report it with what `distillery doctor` prints.',
    });
  }
}
