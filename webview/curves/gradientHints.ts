import { gradientShare } from '../../src/core/losses/gradientTerms.js';
import { toRaise, weightHint } from '../../src/core/losses/losses.js';
import type { DistillSpec } from '../../src/core/spec/spec.js';
import { percent, probability } from '../../src/core/words.js';
import type { Metrics } from '../../src/run/log/entry.js';

/** A term with less than this of the gradient hardly counts. */
const least = 0.02;
/** From here on nearly all training answers are right, and the hard labels have little left to say. */
const nearlyAll = 0.98;

/**
 * What a person should know of the two terms of a run's loss, and what to change, in whole sentences; empty where
 * there is nothing to say.
 * @param train averages over the last epoch; undefined before its end
 * @param classes null where it is not known yet
 */
export function gradientHints(
  distill: DistillSpec,
  { train, classes }: { train: Metrics | undefined; classes: number | null },
): string[] {
  return [shareHint(distill, train), weightHint(distill, { classes })].filter((hint) => hint !== null);
}

/** Of a term that hardly counts. */
function shareHint({ loss, alpha }: DistillSpec, train: Metrics | undefined): string | null {
  const { distillationGradient: distillation, studentGradient: student, accuracy = 0 } = train ?? {};
  if (distillation === undefined || student === undefined) return null;
  const share = gradientShare({ distillation, student });
  if (share < least) {
    if (distillation === 0 && alpha === 0)
      return 'α is 0: the teacher has no part in what is minimized. Raise α to learn from it.';
    return `In the last epoch distillation had ${probability(share)} of the gradient: the student learns from the hard labels almost alone. ${toRaise(loss)}; or raise T, where the student agrees with its teacher already.`;
  }
  // Not a number where nothing pulls.
  if (!(share > 1 - least)) return null;
  if (alpha === 1) return 'α is 1: the hard labels have no part in what is minimized. Lower α if they should count.';
  const why =
    accuracy >= nearlyAll
      ? `the student has little left to learn from the hard labels, with ${percent(accuracy)} of its training answers right. Lower α if they should have counted before`
      : 'the hard labels hardly count. Lower α if they should';
  return `In the last epoch distillation had ${percent(share)} of the gradient: ${why}.`;
}
