import { assertNever } from '../problem.js';
import { isStandardized } from '../spec/parts/distillWords.js';
import type { DistillLoss } from '../spec/spec.js';
import { crossEntropy } from './crossEntropy.js';
import { decoupledDivergences } from './dkd.js';
import { klDivergence } from './divergence.js';
import { relations } from './dist.js';
import { softRows, type SoftRows } from './softRows.js';
import { standardizeLogits } from './standardize.js';

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
  const distillationLoss = distillationLossOf(spec, rows, labels);
  const studentLoss = crossEntropy({ logits: student, labels, classes });
  return {
    value: weightOf(spec) * distillationLoss + (1 - spec.alpha) * studentLoss,
    distillationLoss,
    studentLoss,
  };
}

function distillationLossOf(spec: DistillLoss, rows: SoftRows, labels: ArrayLike<number>): number {
  const squared = spec.temperature ** 2;
  switch (spec.loss) {
    case 'hinton':
      // T² makes up for the soft gradients' shrinking as 1/T², so that α means the same at every T (Hinton et al. 2015).
      return squared * klDivergence(rows);
    case 'snippet':
      // `nn.KLDivLoss` at its default divides by the number of classes too: the typo of a widely copied snippet.
      return klDivergence(rows) / rows.classes;
    case 'dkd': {
      const { target, others } = decoupledDivergences(rows, labels);
      return squared * (spec.target * target + spec.nonTarget * others);
    }
    case 'dist': {
      const { interClass, intraClass } = relations(rows);
      return squared * (spec.interClass * interClass + spec.intraClass * intraClass);
    }
    default:
      return assertNever(spec);
  }
}

const weightOf = ({ loss, temperature, alpha }: DistillLoss): number =>
  loss === 'snippet' ? 2 * temperature ** 2 + alpha : alpha;

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
