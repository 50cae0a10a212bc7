import { join } from 'node:path';
import { doubtOf } from '../../core/evaluation/doubt.js';
import { balancedAccuracy, noAnswer, predictions, type Answers } from '../../core/evaluation/evaluation.js';
import type { Problem } from '../../core/problem.js';
import type { RunSpec } from '../../core/spec/spec.js';
import { count, percent } from '../../core/words.js';
import { logitsName, type RunFolder } from '../../run/folder.js';
import { readLogits } from '../../run/logits/logits.js';
import { doubtProblem } from '../networks/doubtWords.js';

/**
 * Warns of what a network answers on the test set after an epoch, as it is stored: that it knows one answer only, that it
 * is no better than chance, or that another order of its classes would be right.
 */
export async function warnOfResult(
  folder: RunFolder,
  {
    spec,
    epoch,
    classes,
    warn,
  }: { spec: RunSpec; epoch: number; classes: readonly string[]; warn: (warning: Problem) => void },
): Promise<void> {
  const answers = await readLogits(join(folder.path, logitsName({ split: 'test', epoch })));
  const who = `The ${spec.role}`;
  const only = onlyAnswer(answers);
  if (only !== null) {
    warn(oneAnswer(answers, { name: classes[only] ?? '', who }));
    return;
  }
  const doubt = doubtOf([answers]);
  if (doubt !== null) warn(doubtProblem(doubt, { who, spec, classes, meant: null }));
}

/** The class that every row is answered with, where the rows are of several; null otherwise. */
function onlyAnswer(answers: Answers): number | null {
  const [first = noAnswer, ...others] = predictions(answers);
  if (first === noAnswer || others.some((answer) => answer !== first)) return null;
  return Array.from(answers.labels).some((label) => label !== answers.labels[0]) ? first : null;
}

function oneAnswer(answers: Answers, { name, who }: { name: string; who: string }): Problem {
  const { labels } = answers;
  const right = predictions(answers).reduce((sum, answer, row) => sum + (answer === labels[row] ? 1 : 0), 0);
  return {
    code: 'one-answer',
    message: `${who} answers \`${name}\` to each of the ${count(labels.length)} pictures of the test set. Its accuracy, ${percent(right / labels.length)}, is no more than how many are of \`${name}\`; its balanced accuracy is ${percent(balancedAccuracy(answers))}.`,
    fix: 'It has learned nothing of the pictures: train it longer or with another learning rate, and where one class is most of the training set, with more pictures of the others.',
  };
}
