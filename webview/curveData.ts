import { gradientShare } from '../src/core/losses/gradientTerms.js';
import { stepColumnNames } from '../src/run/log/steps.js';
import type { StepsDelta } from '../src/panel/protocol.js';

/** What is logged at every step, and what follows from it: distillation's share of the gradient. */
export const curveNames = [...stepColumnNames, 'gradientShare'] as const;
export type CurveName = (typeof curveNames)[number];

/** A column that grows at its end and can be cut. */
class GrowingColumn {
  #values = new Float32Array(0);

  write({ from, values }: { from: number; values: Float32Array }): void {
    const to = from + values.length;
    if (to > this.#values.length) {
      const grown = new Float32Array(Math.max(to, 2 * this.#values.length, 1024)).fill(NaN);
      grown.set(this.#values.subarray(0, from));
      this.#values = grown;
    }
    this.#values.set(values, from);
  }

  view(length: number): Float32Array {
    if (length > this.#values.length)
      this.write({ from: this.#values.length, values: new Float32Array(length - this.#values.length).fill(NaN) });
    return this.#values.subarray(0, length);
  }
}

/** A delta, and where it began. */
interface Change {
  readonly version: number;
  readonly from: number;
}

/** Far more deltas than arrive between two paints. */
const mostChanges = 256;

/** The curves of one run by step, as they arrive. Index i is step i + 1. */
export class Curves {
  #length = 0;
  #version = 0;
  #loggedAt = 0;
  readonly #changes: Change[] = [];
  readonly #seconds = new GrowingColumn();
  readonly #columns = new Map<CurveName, GrowingColumn>();

  get length(): number {
    return this.#length;
  }

  /** Grows with every delta: what was computed from an older version is stale from `firstChangeSince` it on. */
  get version(): number {
    return this.#version;
  }

  /** The first index that is not what it was at a version; `length` where nothing changed. */
  firstChangeSince(version: number): number {
    const change = this.#changes.find((later) => later.version > version);
    return change === undefined ? this.#length : change.from;
  }

  /** When the newest step was logged, in milliseconds since 1970; 0 where there is none. */
  get loggedAt(): number {
    return this.#loggedAt;
  }

  /** Metrics that were ever logged. */
  get names(): CurveName[] {
    return [...this.#columns.keys()];
  }

  /** The values of a metric, [length]; null where it was never logged. A view: valid until the next delta. */
  column(name: CurveName): Float32Array | null {
    return this.#columns.get(name)?.view(this.#length) ?? null;
  }

  /** Seconds of work until each step, [length]. */
  get seconds(): Float32Array {
    return this.#seconds.view(this.#length);
  }

  apply(delta: StepsDelta): void {
    this.#length = delta.from + delta.count;
    this.#seconds.write({ from: delta.from, values: delta.seconds });
    for (const name of curveNames) {
      const values = name === 'gradientShare' ? sharesOf(delta) : delta.columns[name];
      if (values === undefined && !this.#columns.has(name)) continue;
      const column = this.#columns.get(name) ?? new GrowingColumn();
      this.#columns.set(name, column);
      column.write({ from: delta.from, values: values ?? new Float32Array(delta.count).fill(NaN) });
    }
    this.#loggedAt = delta.loggedAt;
    this.#version++;
    this.#noteChange({ version: this.#version, from: delta.from });
  }

  /** A change hides those before it that began later. Of very old ones only the first index is kept. */
  #noteChange(change: Change): void {
    while ((this.#changes.at(-1)?.from ?? -1) >= change.from) this.#changes.pop();
    this.#changes.push(change);
    const [oldest, next] = this.#changes;
    if (this.#changes.length > mostChanges && oldest !== undefined && next !== undefined)
      this.#changes.splice(0, 2, { version: next.version, from: oldest.from });
  }
}

function sharesOf({ columns }: StepsDelta): Float32Array | undefined {
  const { distillationGradient, studentGradient } = columns;
  return distillationGradient?.map((distillation, index) =>
    gradientShare({ distillation, student: studentGradient?.[index] ?? NaN }),
  );
}
