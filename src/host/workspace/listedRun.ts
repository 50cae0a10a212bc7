import { distillWords } from '../../core/spec/parts/distillWords.js';
import type { RunSpec } from '../../core/spec/spec.js';
import { count, none, percent, clock } from '../../core/words.js';
import type { Metrics } from '../../run/log/entry.js';
import type { RunSummary } from '../../serve/listedRun.js';

export type { ListedRun, RunSummary, WholeRun } from '../../serve/listedRun.js';

/** `student · T 20 · α 0.9`: what a run is called where its seed is told beside it. */
export function runLabel({ name, distill }: RunSpec): string {
  return [name, ...distillWords(distill)].join(' · ');
}

/** `student · T 20 · α 0.9 · seed 0`. */
export function runTitle(spec: RunSpec): string {
  return `${runLabel(spec)} · seed ${spec.seed}`;
}

/** `epoch 3/12 · 41 %`. */
export function progressWords({ epoch, epochs, fraction }: RunSummary): string {
  const share = fraction === null ? null : `${Math.floor(100 * fraction)} %`;
  return [`epoch ${epoch}/${epochs}`, share].filter((part) => part !== null).join(' · ');
}

/** `74 errors · 99.26 %`. */
export function testWords(test: Metrics | null): string {
  return test === null
    ? none
    : `${count(test.errors)} ${test.errors === 1 ? 'error' : 'errors'} · ${percent(test.accuracy)}`;
}

/** What a run came to, or how far it is: `epoch 3/12 · 41 % · 1:40 left`, `74 errors · 99.26 %`, `failed: …`. */
export function outcomeWords(summary: RunSummary): string {
  switch (summary.state) {
    case 'waiting':
      return 'waiting';
    case 'running': {
      const left = summary.secondsLeft === null ? '' : ` · ${clock(summary.secondsLeft)} left`;
      return `${progressWords(summary)}${left}`;
    }
    case 'finished':
      return `${testWords(summary.test)}${summary.isAtChance ? ' · no better than chance' : ''}`;
    case 'stopped':
    case 'interrupted':
      return `${summary.state} · ${progressWords(summary)}`;
    case 'failed':
      return `failed: ${summary.problem?.message ?? 'no reason is known'}`;
  }
}

/** Whether there is something to go on with. */
export function isResumable({ state }: RunSummary): boolean {
  return state !== 'running' && state !== 'finished';
}
