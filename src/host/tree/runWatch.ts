import type { RunStateName } from '../../run/state.js';
import type { ListedRun, WholeRun } from '../workspace/listedRun.js';

/** Notices which runs have ended since it looked last. */
export class RunWatch {
  readonly #states = new Map<string, RunStateName>();

  /** @returns runs that were running when it looked last and are not any more */
  ended(runs: readonly ListedRun[]): WholeRun[] {
    const ended: WholeRun[] = [];
    const seen = new Set<string>();
    for (const run of runs) {
      const { path } = run.folder;
      seen.add(path);
      if (run.kind === 'damaged') continue;
      const { state } = run.summary;
      if (this.#states.get(path) === 'running' && state !== 'running') ended.push(run);
      this.#states.set(path, state);
    }
    for (const path of this.#states.keys()) if (!seen.has(path)) this.#states.delete(path);
    return ended;
  }
}
