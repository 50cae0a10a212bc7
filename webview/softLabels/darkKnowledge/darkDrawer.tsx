import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { probability } from '../../../src/core/words.js';
import type { EvaluationSplit, RunKey } from '../../../src/panel/protocol.js';
import { ExampleDrawer } from '../../parts/examples/exampleDrawer.js';
import type { PictureCache } from '../../parts/examples/pictureCache.js';
import { ProblemLine } from '../../problemLine.js';
import type { Sums } from '../../sums/sums.js';
import { useSum } from '../../sums/useSum.js';
import { darkGallery, type OpenCell } from './darkGallery.js';
import { columnsOf, modelColumn, type Examples } from '../examples.js';
import { atTemperature } from '../temperature.js';

interface DarkDrawerProps {
  readonly sums: Pick<Sums, 'ask'>;
  readonly cell: OpenCell;
  readonly examples: Examples;
  readonly temperature: number;
  readonly nameOf: (label: number) => string;
  readonly run: RunKey;
  readonly split: EvaluationSplit;
  readonly pictures: PictureCache;
  readonly onChoose: (example: number) => void;
  readonly onClose: () => void;
}

/** The examples of a true class, those first that make the cell what it is. */
export function DarkDrawer(props: DarkDrawerProps): JSX.Element | null {
  const { sums, cell, examples, temperature, nameOf, run, split, pictures, onChoose, onClose } = props;
  const { truth: ofClass, answer } = cell;
  const ask = { columns: columnsOf(examples).map(modelColumn), truth: ofClass, label: answer, temperature };
  const { value, problem } = useSum(sums, 'classSoftLabels', ask, [examples, cell, temperature]);
  const gallery = useMemo(() => (value === null ? null : darkGallery(cell, { examples, softLabels: value })), [value]);
  if (problem !== null) return <ProblemLine problem={problem} />;
  if (gallery === null) return null;
  const [truth, label] = [nameOf(cell.truth), nameOf(cell.answer)];
  return (
    <ExampleDrawer
      of={cell}
      title={`True class ${truth}, by the soft label of ${label}: ${gallery.order} ${atTemperature(temperature)}`}
      examples={gallery.indices}
      words={(example) => (
        <>
          <div>
            <span class="muted">#{example}</span> truth: <b>{truth}</b>
          </div>
          {columnsOf(examples).map(({ role }, at) => (
            <div key={role} class={`answer ${role}`}>
              <span class="answer-who">{role}</span> <b>{label}</b>{' '}
              {probability(gallery.softLabels[at]?.[example] ?? NaN)}
            </div>
          ))}
        </>
      )}
      {...{ run, split, pictures, onChoose, onClose }}
    />
  );
}
