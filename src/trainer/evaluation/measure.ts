import type { Metrics } from '../../run/log/entry.js';
import { logitsName } from '../../run/folder.js';
import { writeLogits } from '../../run/logits/logits.js';
import type { OpenedRun } from '../../run/openedRun.js';
import type { Dataset } from '../data/dataset.js';
import { metricsOf, type SoftTargets } from './evaluate.js';
import { shortened } from '../rounding.js';

export type Evaluated = 'validation' | 'test';

/** What an epoch's evaluation came to. */
export interface Measured {
  readonly validation?: Metrics;
  readonly test: Metrics;
  /** Files of the logits, relative to the run folder. */
  readonly logits: { readonly validation?: string; readonly test: string };
}

/**
 * Measures a network on every evaluation split that there is, and keeps its logits.
 * @param logitsOf what it says of a split
 */
export async function measure(
  run: OpenedRun,
  {
    epoch,
    dataset,
    logitsOf,
    softOn,
  }: {
    epoch: number;
    dataset: Dataset;
    logitsOf: (split: Evaluated) => Promise<Float32Array>;
    softOn: (split: Evaluated) => SoftTargets | null;
  },
): Promise<Measured> {
  const classes = dataset.classes.length;
  const measured = async (split: Evaluated): Promise<Metrics> => {
    const { labels } = dataset[split];
    const logits = await logitsOf(split);
    await writeLogits(run, { split, epoch }, { n: labels.length, classes, logits, labels });
    return shortened(metricsOf(logits, { labels, classes, soft: softOn(split) }));
  };
  const test = logitsName({ split: 'test', epoch });
  if (dataset.validation.labels.length === 0) return { test: await measured('test'), logits: { test } };
  return {
    validation: await measured('validation'),
    test: await measured('test'),
    logits: { validation: logitsName({ split: 'validation', epoch }), test },
  };
}
