import { dataWords } from '../../core/datasets/datasets.js';
import type { Problem } from '../../core/problem.js';
import { distillWarnings } from '../../core/spec/experiment/experimentWarnings.js';
import type { RunSpec } from '../../core/spec/spec.js';
import { percent } from '../../core/words.js';
import type { DatasetShape } from './dataset.js';

/** What must be seen of a data set, and of a distillation on it, before anything is trained: only the data knows its classes. */
export function dataWarnings(
  { classes, test }: Pick<DatasetShape, 'classes' | 'test'>,
  { data, distill }: Pick<RunSpec, 'data' | 'distill'>,
): Problem[] {
  const distilled = distill === null ? [] : distillWarnings(distill, { classes: classes.length });
  return [
    ...distilled.map(({ code, setting, message, fix }) => ({
      code,
      message,
      fix,
      place: { path: `distill.${setting}` },
    })),
    ...imbalance({ classes, labels: test.labels, of: dataWords(data) }),
  ];
}

/** One class is most of a set: half of it, and one and a half times its share among equals. */
function imbalance({ classes, labels, of }: { classes: readonly string[]; labels: Int32Array; of: string }): Problem[] {
  const counts = new Int32Array(classes.length);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  const most = counts.indexOf(Math.max(...counts));
  const share = (counts[most] ?? 0) / labels.length;
  if (classes.length < 2 || !(share >= Math.max(1 / 2, 1.5 / classes.length))) return [];
  const name = classes[most] ?? '';
  return [
    {
      code: 'imbalanced-test-set',
      message: `${percent(share)} of the test set of ${of} is one class, \`${name}\`: a network that always answers \`${name}\` has that accuracy.`,
      fix: 'Look at the balanced accuracy, the mean over the classes, beside it.',
    },
  ];
}
