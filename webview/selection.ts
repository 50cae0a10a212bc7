import type { EvaluationSplit, RunKey } from '../src/panel/protocol.js';

export const viewNames = ['curves', 'softLabels', 'confusion', 'sweep', 'details'] as const;
export type ViewName = (typeof viewNames)[number];

/** Between these a temperature may be set: as far as an experiment's may go. */
export const smallestTemperature = 0.1;
export const largestTemperature = 1000;

/**
 * What a person looks at, shared by all views: an example chosen in the confusion matrix is the one that Soft labels
 * shows. Saved with the panel and restored after a reload.
 */
export interface Selection {
  readonly view: ViewName;
  /** The run in question: the header speaks of it, and it is compared with its teachers and its baseline. */
  readonly run: RunKey | null;
  readonly split: EvaluationSplit;
  /** An epoch of the run, from 1; null: always the latest. */
  readonly epoch: number | null;
  /** An index into the split. */
  readonly example: number;
  readonly temperature: number;
}
