import type { JSX } from 'preact';
import { classesOf } from '../../src/core/datasets/datasets.js';
import { counted } from '../../src/core/words.js';
import { gradientHints } from './gradientHints.js';
import type { ShownRun } from './runs/shownRun.js';

/** More runs than this are counted and not told of one by one. */
const mostRuns = 3;

/** A run, and what is to be known of the terms of its loss. */
export interface HintedRun {
  readonly run: ShownRun;
  readonly hints: readonly string[];
}

/** Runs whose gradients were logged and of which there is something to say. */
export function hintedRuns(runs: readonly ShownRun[]): HintedRun[] {
  return runs.flatMap((run) => {
    const { run: shown, curves, epochs, status } = run.data;
    const { distill, data } = shown.record.spec;
    if (distill === null || !curves.names.includes('gradientShare')) return [];
    const classes = status?.started?.classes?.length ?? classesOf(data);
    const hints = gradientHints(distill, { train: epochs.at(-1)?.train, classes });
    return hints.length === 0 ? [] : [{ run, hints }];
  });
}

/** What the share of the gradient means for the runs that are shown, where it means something. */
export function GradientHintLines({ hinted }: { hinted: readonly HintedRun[] }): JSX.Element | null {
  if (hinted.length === 0) return null;
  const more = hinted.length - mostRuns;
  return (
    <ul class="curves-hints" aria-label="Hints">
      {hinted.slice(0, mostRuns).map(({ run, hints }) => (
        <li key={run.data.run.key}>
          <span class="curves-hint-run">{run.label}:</span> {hints.join(' ')}
        </li>
      ))}
      {more > 0 && (
        <li class="muted">{counted(more, 'more run')} with hints: hide others in the legend to read them.</li>
      )}
    </ul>
  );
}
