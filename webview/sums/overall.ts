import type { Calibration } from '../../src/core/evaluation/calibration.js';
import type { Role } from '../../src/core/spec/spec.js';
import { darkKnowledgeOf, type DarkKnowledge, type DarkOptions } from './darkKnowledge.js';
import type { SplitSums } from './splitSums.js';

/** How well one column is calibrated. */
export interface CalibratedModel {
  readonly role: Role;
  readonly calibration: Calibration;
}

/** What soft labels at one temperature say of a whole split, as it is shown. */
export interface Overall {
  readonly temperature: number;
  /** In the order in which they are shown: teacher, the run in question, baseline. */
  readonly columns: readonly CalibratedModel[];
  /** KL(teacher‖run in question) of each row, [n], in nats; null without a teacher. */
  readonly divergence: Float64Array | null;
  readonly dark: DarkKnowledge;
}

/** @returns with arrays of its own */
export function overallOf(sums: SplitSums, dark: DarkOptions): Overall {
  return {
    temperature: sums.temperature,
    columns: calibratedModels(sums),
    divergence: sums.divergence?.slice() ?? null,
    dark: darkKnowledgeOf(sums, dark),
  };
}

/** Teacher, the run in question, baseline. */
export function calibratedModels({ teacher, subject, baseline }: SplitSums): CalibratedModel[] {
  return [teacher, subject, baseline]
    .filter((column) => column !== null)
    .map(({ role, calibration }) => ({ role, calibration }));
}
