import type { Diagnostic } from '../settings/diagnostic.js';
import { classesOf } from '../../datasets/datasets.js';
import type { DistillSpec } from '../../losses/losses.js';
import { isStandardized } from '../../losses/standardize.js';
import type { Experiment } from './experiment.js';
import { settingPath } from './experimentPlaces.js';

/**
 * What runs and does not mean what it seems to, each place in the text once.
 * @param read the value of its text
 */
export function experimentWarnings({ data, variants }: Experiment, read: unknown): Diagnostic[] {
  const classes = classesOf(data);
  if (classes === null) return [];
  const diagnostics = variants.flatMap((variant) =>
    distillWarnings(variant.distill, { classes }).map(({ setting, ...words }): Diagnostic => {
      const path = settingPath(variant, { read, keys: ['distill', setting] });
      return { ...words, path, at: 'value' };
    }),
  );
  return [...new Map(diagnostics.map((each) => [JSON.stringify([each.code, each.path]), each])).values()];
}

/** Something of a distillation that does nothing, or not what it is for. */
export interface DistillWarning {
  readonly code: string;
  /** The setting of `distill` that it is about. */
  readonly setting: string;
  readonly message: string;
  readonly fix: string;
}

/** What of a distillation means little with so many classes. */
export function distillWarnings(distill: DistillSpec, { classes }: { classes: number }): DistillWarning[] {
  if (classes !== 2) return [];
  const warnings: DistillWarning[] = [];
  if (isStandardized(distill)) {
    warnings.push({
      code: 'experiment-standardize',
      setting: 'standardize',
      message:
        'Of two classes, standardized logits are +0.71 and −0.71 whatever the network says: the distillation loss has no gradient but rounding errors.',
      fix: 'Leave `standardize` out: as it is, the student learns from the hard labels alone.',
    });
  }
  if (distill.loss === 'dkd' && distill.nonTarget > 0) {
    warnings.push({
      code: 'experiment-dkd',
      setting: 'loss',
      message:
        'Of two classes, one is not the target: the part of `dkd` among the other classes is 0 whatever the networks say, and `nonTarget` does nothing.',
      fix: 'Write "loss": "hinton", which is the same as what is left of it, or "nonTarget": 0 to say that it is known.',
    });
  }
  return warnings;
}
