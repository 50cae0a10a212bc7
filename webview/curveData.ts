import { GrowingColumn } from '../src/core/growingColumn.js';
import { gradientShare } from '../src/core/losses/gradientTerms.js';
import { metricsOf } from '../src/core/metrics.js';
import { stepColumnNames } from '../src/run/log/steps.js';
import type { StepsDelta } from '../src/panel/protocol.js';

/** What is logged at every step, and what follows from it: distillation's share of the gradient. */
export const curveNames = [...stepColumnNames, ...metricsOf('curves')];
export type CurveName = (typeof curveNames)[number];

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
    const { from, count } = delta;
    this.#seconds.write({ from, count, values: delta.seconds });
    for (const name of curveNames) {
      const values = name === 'gradientShare' ? sharesOf(delta) : delta.columns[name];
      if (values === undefined && !this.#columns.has(name)) continue;
      const column = this.#columns.get(name) ?? new GrowingColumn();
      this.#columns.set(name, column);
      column.write({ from, count, values: values ?? NaN });
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
