import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { mcnemar } from '../../../src/core/evaluation/comparison.js';
import { count, counted, none, percent, pValue } from '../../../src/core/words.js';
import type { Compared } from '../compared.js';
import type { Gallery } from '../gallery/gallery.js';
import type { Judged, Pair } from '../judged.js';
import { partition } from './partition.js';
import type { Subject } from '../subject.js';
import { useCalibration } from './useCalibration.js';

interface OverallProps {
  readonly compared: Compared;
  readonly onOpen: (gallery: Gallery) => void;
}

/** Both models in figures, and what tells them apart. */
export function Overall({ compared, onOpen }: OverallProps): JSX.Element {
  const { shown, subjects } = compared;
  return (
    <div class="overall">
      <table>
        <thead>
          <tr>
            <th scope="col">model</th>
            <th scope="col" class="number" title="Share of examples answered right">
              accuracy
            </th>
            <th scope="col" class="number" title="Examples answered wrong">
              errors
            </th>
            <th
              scope="col"
              class="number"
              title="Expected calibration error at T 1, 15 bins: how far confidence is from accuracy, on average"
            >
              calibration error
            </th>
          </tr>
        </thead>
        <tbody>
          <ModelRow
            subject={subjects.first}
            judged={shown.first}
            open={() => onOpen({ kind: 'unanswered', side: 'first' })}
          />
          {subjects.second !== null && shown.second !== null && (
            <ModelRow
              subject={subjects.second}
              judged={shown.second}
              open={() => onOpen({ kind: 'unanswered', side: 'second' })}
            />
          )}
        </tbody>
      </table>
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

function ModelRow({ subject, judged, open }: { subject: Subject; judged: Judged; open: () => void }): JSX.Element {
  const calibration = useCalibration(judged);
  const examples = judged.predicted.length;
  return (
    <tr>
      <th scope="row" class={subject.role}>
        {subject.name}
      </th>
      <td class="number">{percent(judged.right / examples)}</td>
      <td class="number">
        {count(examples - judged.right)}
        {judged.unanswered > 0 && (
          <button
            class="link"
            title="Examples with a logit that is not a finite number: wrong, and in no cell of the matrix"
            onClick={open}
          >
            {count(judged.unanswered)} without an answer
          </button>
        )}
      </td>
      <td class="number">
        {calibration === 'pending' ? 'computing…' : calibration === null ? none : percent(calibration)}
      </td>
    </tr>
  );
}

/** `Same answer to 97.91 % of 10,000 examples. student has 12 errors fewer than teacher, p = 0.031 (McNemar, exact).` */
function PairLine({
  first,
  second,
  names,
}: Pair & { readonly names: { readonly first: string; readonly second: string } }): JSX.Element {
  const { all } = useMemo(() => partition({ first, second }), [first, second]);
  const examples = first.predicted.length;
  const fewer = all.onlySecond - all.onlyFirst;
  const p = mcnemar({ onlyFirstWrong: all.onlySecond, onlySecondWrong: all.onlyFirst });
  return (
    <p>
      Same answer to {percent(all.same / examples)} of {counted(examples, 'example')}. <b>{names.second}</b>{' '}
      {fewer === 0 ? (
        <>has as many errors as</>
      ) : (
        <>
          has{' '}
          <span class={fewer > 0 ? 'better' : 'worse'}>
            {counted(Math.abs(fewer), 'error')} {fewer > 0 ? 'fewer' : 'more'}
          </span>{' '}
          than
        </>
      )}{' '}
      <b>{names.first}</b>, {pValue(p)} (McNemar, exact).
    </p>
  );
}
