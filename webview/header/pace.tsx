import type { JSX } from 'preact';
import { clock, count } from '../../src/core/words.js';
import type { Curves } from '../curveData.js';
import type { RunData } from '../store.js';

/** How far a run is and how fast: what a trainer says while it works. */
export function Pace({ data }: { readonly data: RunData }): JSX.Element | null {
  const { status, curves } = data;
  if (status === null) return null;
  const { progress, steps, step } = status;
  // Pictures are decoded before it is known how much there is to train.
  if (status.state === 'waiting' && progress === null) return null;
  if (progress !== null) {
    return (
      <div class="pace">
        <span>{progress.what}</span>
        <Bar value={progress.done} max={progress.total} label={progress.what} />
      </div>
    );
  }
  // What is only evaluated has no epochs.
  if (status.epochs === 0) return null;
  const running = status.state === 'running';
  const rate = running ? recentRate(curves) : null;
  const epoch = running ? Math.min(status.epoch + 1, status.epochs) : status.epoch;
  return (
    <div class="pace">
      <span>
        epoch {epoch}/{status.epochs}
      </span>
      {status.state !== 'finished' && steps !== null && <Bar value={step} max={steps} label="Steps done" />}
      {rate !== null && <span>{count(rate)} ex/s</span>}
      {status.secondsLeft !== null && <span>{clock(status.secondsLeft)} left</span>}
    </div>
  );
}

function Bar({ value, max, label }: { value: number; max: number; label: string }): JSX.Element | null {
  if (max <= 0) return null;
  return <progress value={value} max={max} aria-label={label} title={`${count(value)} of ${count(max)}`} />;
}

/** Examples/s, averaged over the last five seconds that were logged; null where nothing was. */
function recentRate(curves: Curves): number | null {
  const rates = curves.column('examplesPerSecond');
  const { seconds } = curves;
  const end = seconds.at(-1) ?? 0;
  let sum = 0;
  let known = 0;
  for (let step = seconds.length - 1; step >= 0 && end - (seconds[step] ?? 0) <= 5; step--) {
    const rate = rates?.[step] ?? NaN;
    if (Number.isNaN(rate)) continue;
    sum += rate;
    known++;
  }
  return known === 0 ? null : sum / known;
}
