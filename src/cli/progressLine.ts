import type { RunState } from '../run/state.js';
import { displayWidth, shortened } from './displayWidth.js';
import { clock, count, harmless, loss } from '../core/words.js';

/** What is shown of a run at work. */
export interface Progress {
  /** What the run is called. */
  readonly name: string;
  readonly state: RunState;
}

const widestBar = 30;
const narrowestBar = 8;
const gap = '  ';

/**
 * One line for a run at work: its name, what it does, a bar, and its pace. On a narrow terminal the pace goes first,
 * then the loss, then the time left, then the bar; the line is never wider than `width` columns.
 */
export function progressLine(
  { name, state }: Progress,
  { width, coloured }: { width: number; coloured: boolean },
): string {
  const { what, share, details } = describe(state);
  const head = [harmless(name), what];
  for (let kept = details.length; kept >= 0; kept--) {
    const tail = details.slice(0, kept);
    const taken = displayWidth([...head, ...tail].join(gap)) + gap.length;
    const bar = Math.min(widestBar, width - taken);
    if (bar >= narrowestBar) {
      return [...head, ...(share === null ? [] : [progressBar(share, { width: bar, coloured })]), ...tail].join(gap);
    }
  }
  return shortened(head.join(gap), width);
}

/** @param share done, from 0 to 1 */
export function progressBar(share: number, { width, coloured }: { width: number; coloured: boolean }): string {
  const filled = Math.min(width, Math.max(0, Math.round(share * width)));
  const done = '━'.repeat(filled);
  const open = '─'.repeat(width - filled);
  return coloured ? `\x1b[36m${done}\x1b[39m\x1b[2m${open}\x1b[22m` : done + open;
}

/** What goes on, how much of it is done, and details, the most important first. */
function describe(state: RunState): { what: string; share: number | null; details: string[] } {
  const { progress, steps, step, latest, secondsLeft } = state;
  if (progress !== null) {
    return {
      what: harmless(progress.what),
      share: progress.total > 0 ? progress.done / progress.total : null,
      details: [],
    };
  }
  if (steps === null || steps === 0) return { what: 'starting', share: null, details: [] };
  const details = [
    ...(secondsLeft === null ? [] : [`${clock(secondsLeft)} left`]),
    ...(latest === null ? [] : [`loss ${loss(latest.loss)}`, `${count(latest.examplesPerSecond)} examples/s`]),
  ];
  const current = Math.min(state.epoch + 1, state.epochs);
  return { what: `epoch ${current}/${state.epochs}`, share: step / steps, details };
}
