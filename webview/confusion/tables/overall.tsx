import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { mcnemar } from '../../../src/core/evaluation/comparison.js';
import { meanRecall } from '../../../src/core/evaluation/evaluation.js';
import { chanceWords, isAtChance, testSetOf, type TestSet } from '../../../src/core/evaluation/testSet.js';
import { verdictOf, verdictWords } from '../../../src/core/evaluation/verdict.js';
import { Verdict } from '../../verdict.js';
import { count, counted, none, percent } from '../../../src/core/words.js';
import type { Compared } from '../compared.js';
import type { Gallery } from '../gallery/gallery.js';
import type { Judged, Pair } from '../../sums/judged.js';
import { classScores } from './classScores.js';
import { partition } from '../../parts/partition.js';
import type { Subject } from '../subject.js';
import type { Sureness } from '../useSureness.js';

interface OverallProps {
  readonly compared: Compared;
  readonly sure: Sureness;
  readonly onOpen: (gallery: Gallery) => void;
}

/** Both models in figures, and what tells them apart. */
export function Overall({ compared, sure, onOpen }: OverallProps): JSX.Element {
  const { shown, subjects, names } = compared;
  const { labels, classes } = shown.first;
  const testSet = useMemo(() => testSetOf({ labels, classes }), [labels, classes]);
  return (
    <div class="overall">
      <table>
        <thead>
          <tr>
            <th scope="col">model</th>
            <th scope="col" class="number" title="Share of examples predicted correctly">
              accuracy
            </th>
            {testSet.isUnbalanced && (
              <th
                scope="col"
                class="number"
                title="Mean over the classes of the share of their examples predicted correctly"
              >
                balanced accuracy
              </th>
            )}
            <th scope="col" class="number" title="Examples predicted wrongly">
              errors
            </th>
            <th
              scope="col"
              class="number"
              title="Expected calibration error at T = 1, 15 bins: how far confidence is from accuracy, on average"
            >
              calibration error
            </th>
          </tr>
        </thead>
        <tbody>
          <ModelRow
            subject={subjects.first}
            judged={shown.first}
            sure={sure}
            testSet={testSet}
            open={() => onOpen({ kind: 'unanswered', side: 'first' })}
          />
          {subjects.second !== null && shown.second !== null && (
            <ModelRow
              subject={subjects.second}
              judged={shown.second}
              sure={sure}
              testSet={testSet}
              open={() => onOpen({ kind: 'unanswered', side: 'second' })}
            />
          )}
        </tbody>
      </table>
      {testSet.isUnbalanced && (
        <p>
          {percent(testSet.largestShare)} of the examples are of class{' '}
          <b>{names[testSet.largestClass] ?? testSet.largestClass}</b>: always predicting it gives that accuracy.
        </p>
      )}
      {subjects.second !== null && shown.second !== null && (
        <PairLine
          first={shown.first}
          second={shown.second}
          names={{ first: subjects.first.name, second: subjects.second.name }}
        />
      )}
    </div>
  );
}

function ModelRow({
  subject,
  judged,
  sure,
  testSet,
  open,
}: {
  subject: Subject;
  judged: Judged;
  sure: Sureness;
  testSet: TestSet;
  open: () => void;
}): JSX.Element {
  const confidences = sure.get(judged)?.value ?? null;
  const examples = judged.predicted.length;
  const balancedAccuracy = useMemo(() => meanRecall(classScores(judged)), [judged]);
  const isDoubtful = isAtChance({ errors: examples - judged.right, balancedAccuracy }, testSet);
  return (
    <tr>
      <th scope="row" class={subject.role}>
        {subject.name}
      </th>
      <td class="number">
        {isDoubtful && (
          <span class="doubt-mark" role="img" aria-label={chanceWords(testSet)} title={chanceWords(testSet)}>
            ⚠{' '}
          </span>
        )}
        {percent(judged.right / examples)}
      </td>
      {testSet.isUnbalanced && <td class="number">{percent(balancedAccuracy)}</td>}
      <td class="number">
        {count(examples - judged.right)}
        {judged.unanswered > 0 && (
          <button
            class="link"
            title="Examples with a logit that is not a finite number: wrong, and in no cell of the matrix"
            onClick={open}
          >
            {count(judged.unanswered)} without a prediction
          </button>
        )}
      </td>
      <td class="number">
        {confidences === null ? 'computing…' : confidences.error === null ? none : percent(confidences.error)}
      </td>
    </tr>
  );
}

/**
 * `Top-1 agreement on 97.91 % of 10,000 examples. student against teacher: better by 0.12 points (p = 0.031), 12 errors fewer
 * (McNemar, exact).`
 */
function PairLine({
  first,
  second,
  names,
}: Pair & { readonly names: { readonly first: string; readonly second: string } }): JSX.Element {
  const { all } = useMemo(() => partition({ first, second }), [first, second]);
  const examples = first.predicted.length;
  const fewer = all.onlySecond - all.onlyFirst;
  const tested = {
    firstErrors: examples - first.right,
    secondErrors: examples - second.right,
    accuracyDifference: fewer / examples,
    p: mcnemar({ onlyFirstWrong: all.onlySecond, onlySecondWrong: all.onlyFirst }),
  };
  const change =
    fewer === 0 ? 'as many errors' : `${counted(Math.abs(fewer), 'error')} ${fewer > 0 ? 'fewer' : 'more'}`;
  return (
    <p>
      Top-1 agreement on {percent(all.same / examples)} of {counted(examples, 'example')}. <b>{names.second}</b> against{' '}
      <b>{names.first}</b>: <Verdict verdict={verdictOf(tested)}>{verdictWords(tested)}</Verdict>, {change} (McNemar,
      exact).
    </p>
  );
}
