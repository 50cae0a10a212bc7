import { dkd } from './dkd.js';
import { crossEntropy, hinton, snippet, type DistillationTargets, type Loss, type Objective } from './objective.js';
import { assertNever } from '../problem.js';
import { dist } from './dist.js';
import { logSoftLabels } from './softmax.js';
import type { DistillLoss } from '../spec/spec.js';
import { standardizationGradient, standardizeLogits } from './standardize.js';

type Targets = Omit<DistillationTargets, 'ensemble'>;

/**
 * The objective that a run's spec asks for, in float64: α·distillation + (1−α)·student loss. (`snippet` weighs in its own
 * way.) The temperature is `spec.temperature`, the weight of the distillation loss what it is after the warm-up.
 */
export function distillationObjective(spec: DistillLoss, targets: Targets): Objective {
  switch (spec.loss) {
    case 'hinton':
      return spec.standardize ? standardizedHinton(spec, targets) : hinton({ ...targets, ...spec });
    case 'snippet':
      return snippet({ ...targets, ...spec });
    case 'dkd':
      return weighted(targets, { alpha: spec.alpha, soft: decoupled(spec, targets) });
    case 'dist': {
      const { temperature, ensemble, interClass: beta, intraClass: gamma } = spec;
      const { teachers, classes } = targets;
      const logTargets = logSoftLabels({ teachers, classes, temperature, ensemble });
      const { student } = targets;
      const soft = dist({ logTargets, student, classes, temperature, beta, gamma });
      return weighted(targets, { alpha: spec.alpha, soft });
    }
    default:
      return assertNever(spec);
  }
}

function standardizedHinton(spec: Extract<DistillLoss, { loss: 'hinton' }>, targets: Targets): Objective {
  const { student, classes } = targets;
  // All of the weight is on the soft part here: the hard labels are compared with the logits as they are.
  const { distillationLoss, gradient } = hinton({ ...standardized(targets), ...spec, alpha: 1 });
  const soft = { value: distillationLoss, gradient: standardizationGradient({ logits: student, classes, gradient }) };
  return weighted(targets, { alpha: spec.alpha, soft });
}

/** T²·(target·TCKD + nonTarget·NCKD). Of several teachers the mean is one: its logarithms are logits of it. */
function decoupled(spec: Extract<DistillLoss, { loss: 'dkd' }>, targets: Targets): Loss {
  const { temperature, ensemble, target: alpha, nonTarget: beta, standardize } = spec;
  const { teachers, student, labels, classes } = standardize ? standardized(targets) : targets;
  const teacher = logSoftLabels({ teachers, classes, temperature, ensemble }).map((log) => log * temperature);
  const { value, gradient } = dkd({ teacher, student, labels, classes, temperature, alpha, beta });
  return {
    value,
    gradient: standardize ? standardizationGradient({ logits: targets.student, classes, gradient }) : gradient,
  };
}

function standardized({ teachers, student, labels, classes }: Targets): Targets {
  return {
    labels,
    classes,
    teachers: teachers.map((logits) => standardizeLogits({ logits, classes })),
    student: standardizeLogits({ logits: student, classes }),
  };
}

/** alpha·soft + (1 − alpha)·CE. */
function weighted(
  { student, labels, classes, gradient }: Targets,
  { alpha, soft }: { alpha: number; soft: Loss },
): Objective {
  const hard = crossEntropy({ logits: student, labels, classes, ...(gradient === undefined ? {} : { gradient }) });
  for (let i = 0; i < hard.gradient.length; i++) {
    hard.gradient[i] = alpha * (soft.gradient[i] ?? NaN) + (1 - alpha) * (hard.gradient[i] ?? NaN);
  }
  return {
    value: alpha * soft.value + (1 - alpha) * hard.value,
    distillationLoss: soft.value,
    studentLoss: hard.value,
    gradient: hard.gradient,
  };
}
