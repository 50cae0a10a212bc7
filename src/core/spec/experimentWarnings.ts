import type { Complaint } from './complaint.js';
import { classesOf } from './dataSpec.js';
import { isStandardized } from './distillWords.js';
import type { Experiment } from './experiment.js';
import { settingPath } from './experimentPlaces.js';

/**
 * What runs and does not mean what it seems to, each place in the text once.
 * @param read the value of its text
 */
export function experimentWarnings({ data, variants }: Experiment, read: unknown): Complaint[] {
  if (classesOf(data) !== 2) return [];
  const paths = variants
    .filter(({ distill }) => isStandardized(distill))
    .map((variant) => settingPath(variant, { read, keys: ['distill', 'standardize'] }));
  const places = [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];
  return places.map((path) => ({ code: 'experiment-standardize', path, at: 'value', ...standardizedPair }));
}

/** Why standardized logits of two classes teach nothing, and what to do. */
export const standardizedPair = {
  message:
    'Of two classes, standardized logits are +0.71 and −0.71 whatever the network says: the distillation loss has no gradient but rounding errors.',
  mend: 'Leave `standardize` out: as it is, the student learns from the hard labels alone.',
} as const;
