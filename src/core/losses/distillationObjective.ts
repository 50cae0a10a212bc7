import { crossEntropy } from './crossEntropy.js';
import { weightedLoss, type DistillLoss } from './losses.js';
import { softRows } from './softRows.js';
import { isStandardized, standardizeLogits } from './standardize.js';

/** What a student said and should have said. */
export interface DistillationTargets {
  /** Logits of each teacher, [n, classes]. */
  readonly teachers: readonly ArrayLike<number>[];
  /** Logits, [n, classes]. */
  readonly student: ArrayLike<number>;
  /** Hard labels, [n]. */
  readonly labels: ArrayLike<number>;
  readonly classes: number;
}

/** A student's objective and what it is made of. */
export interface Objective {
  readonly value: number;
  /** The soft part, not yet weighted: see the loss. */
  readonly distillationLoss: number;
  /** Cross-entropy with the hard labels at T = 1, not yet weighted by 1 − alpha. */
  readonly studentLoss: number;
}

/**
 * The objective that a run's spec asks for, in float64: what evaluation computes with, and what the trainer's float32 is
 * tested against. α·distillation + (1−α)·student loss; `snippet` weighs in its own way. p = softmax(z_teacher / T), q =
 * softmax(z_student / T), C classes; logarithms are natural; every loss is the mean over the examples unless it says
 * otherwise. The temperature is `spec.temperature`, the weight of the distillation loss what it is after the warm-up.
 * @throws RangeError where logits, labels and classes do not belong together
 */
export function distillationObjective(spec: DistillLoss, targets: DistillationTargets): Objective {
  const { student, labels, classes } = targets;
  const { temperature, ensemble } = spec;
  const rows = softRows({ ...(isStandardized(spec) ? standardized(targets) : targets), temperature, ensemble });
  const { value: distillationLoss, weight } = weightedLoss(spec, { rows, labels });
  const studentLoss = crossEntropy({ logits: student, labels, classes });
  return {
    value: weight * distillationLoss + (1 - spec.alpha) * studentLoss,
    distillationLoss,
    studentLoss,
  };
}

function standardized({
  teachers,
  student,
  classes,
}: DistillationTargets): Pick<DistillationTargets, 'teachers' | 'student' | 'classes'> {
  return {
    classes,
    teachers: teachers.map((logits) => standardizeLogits({ logits, classes })),
    student: standardizeLogits({ logits: student, classes }),
  };
}
