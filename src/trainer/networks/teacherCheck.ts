import type { Answers } from '../../core/evaluation/evaluation.js';
import { doubtOf } from '../../core/evaluation/doubt.js';
import { ProblemError, type Problem } from '../../core/problem.js';
import type { DistillSpec } from '../../core/spec/spec.js';
import { doubtProblem } from './doubtWords.js';
import type { Teacher } from './teacher.js';

/**
 * Looks at what a teacher says of labelled pictures before a student learns from it. What is doubtful stops the run, or,
 * where the experiment says that it is meant, is told.
 * @param sets its answers to all splits that are known
 * @throws ProblemError `teacher-order`, `teacher-chance`
 */
export function checkTeacher(
  { spec, answering }: Teacher,
  {
    sets,
    classes,
    distill: { doubtfulTeacher = 'refuse' },
    warn,
  }: {
    sets: readonly Answers[];
    classes: readonly string[];
    distill: DistillSpec;
    warn: (warning: Problem) => void;
  },
): void {
  const doubt = doubtOf(sets);
  if (doubt === null) return;
  const meant = 'If it is meant so, write "doubtfulTeacher": "accept" in `distill`.';
  const who = `The teacher ${answering.name}`;
  if (doubtfulTeacher === 'refuse') throw new ProblemError(doubtProblem(doubt, { who, spec, classes, meant }));
  warn(doubtProblem(doubt, { who, spec, classes, meant: null }));
}
