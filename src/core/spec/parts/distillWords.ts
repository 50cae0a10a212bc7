import type { DistillSpec } from '../../losses/losses.js';
import { isStandardized } from '../../losses/standardize.js';

/**
 * What tells one distillation from another, in a person's words: `T 20`, `α 0.9`; before them the loss where it is not
 * Hinton's, after them what its logits go through: `dkd`, `T 4→1`, `α 0.5`, `standardized`. Nothing for null.
 */
export function distillWords(distill: DistillSpec | null): string[] {
  if (distill === null) return [];
  const { loss, temperature, temperatureEnd, alpha } = distill;
  const end = temperatureEnd === null ? '' : `→${temperatureEnd}`;
  const words = [`T ${temperature}${end}`, `α ${alpha}`];
  if (loss !== 'hinton') words.unshift(loss);
  if (isStandardized(distill)) words.push('standardized');
  return words;
}
