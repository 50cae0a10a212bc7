import { problemsOf, type Problem } from '../../core/problem.js';
import { canonicalJson } from '../../core/json.js';
import { runSpecSchema } from '../../core/spec/spec.js';
import type { CheckLine } from '../../data/experiment/checkProtocol.js';

/** Where something was found: which spec, and which of its settings is shown where the problem names none. */
export interface FoundAt {
  readonly spec: number | null;
  readonly path: readonly string[];
}

/** Tells what a check finds, each thing once. */
export class Findings {
  readonly #told = new Set<string>();
  #found = false;

  constructor(private readonly write: (line: CheckLine) => void) {}

  /** Whether there was a problem. */
  get isFaulty(): boolean {
    return this.#found;
  }

  /**
   * Does a part of the check.
   * @returns null where that ended in problems, which were told
   */
  async of<T>(at: FoundAt, work: () => T | Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      for (const problem of problemsOf(error)) this.#tell('problem', at, problem);
      return null;
    }
  }

  warn(at: FoundAt, problem: Problem): void {
    this.#tell('warning', at, problem);
  }

  /** Something that is as it should be. */
  looked(text: string): void {
    if (!this.#isNew(text)) return;
    this.write({ type: 'looked', text });
  }

  #tell(type: 'problem' | 'warning', { spec, path }: FoundAt, problem: Problem): void {
    const own = problem.place?.path?.split('.') ?? [];
    const line = { type, spec, path: [...(isSetting(own) ? own : path)], problem };
    if (type === 'problem') this.#found = true;
    if (this.#isNew(canonicalJson(line))) this.write(line);
  }

  #isNew(key: string): boolean {
    if (this.#told.has(key)) return false;
    this.#told.add(key);
    return true;
  }
}

/** Whether a problem's own path leads into a spec: others name a program or a tensor. */
function isSetting([part = '']: readonly string[]): boolean {
  return Object.hasOwn(runSpecSchema.shape, part);
}
