import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Connection } from '../../connection.js';
import { ExamplePicture, type PictureSource } from '../../parts/examples/examplePicture.js';
import { ProblemLine } from '../../problemLine.js';
import type { Sums } from '../../sums/sums.js';
import type { Theme } from '../../theme.js';
import { Checkbox } from '../../toolkit.js';
import { ViewTools } from '../../viewTools.js';
import { Comparison } from './comparison.js';
import { comparisonCsv } from './comparisonCsv.js';
import { comparisonSvg } from './comparisonSvg.js';
import { ComparisonTable } from './comparisonTable.js';
import { distributionOf, orderClasses } from './distribution.js';
import type { Examples } from '../examples.js';
import type { SettingsProps } from '../memory.js';
import { multiplesOf, SmallMultiples } from './smallMultiples.js';
import type { MovingTemperature } from '../temperature.js';
import { useSignal } from '../../useSignal.js';
import { useExampleLogits, type ExampleLogits } from './useExampleLogits.js';

interface OneExampleProps extends SettingsProps {
  readonly sums: Pick<Sums, 'ask'>;
  readonly examples: Examples;
  readonly index: number;
  readonly temperature: MovingTemperature;
  readonly ofRun: number | null;
  readonly source: PictureSource;
  readonly nameOf: (label: number) => string;
  readonly theme: Theme;
  readonly connection: Connection;
  readonly name: string;
}

/** One example: its picture, and what everybody says of it, at the temperature and at others. */
export function OneExample(props: OneExampleProps): JSX.Element {
  const { sums, examples, index, ...rest } = props;
  const { example, problem } = useExampleLogits(sums, { examples, index });
  if (problem !== null) return <ProblemLine problem={problem} />;
  if (example === null) return <section class="sl-one" aria-label="The example" />;
  return <KnownExample {...rest} example={example} />;
}

type KnownExampleProps = Omit<OneExampleProps, 'sums' | 'examples' | 'index'> & { readonly example: ExampleLogits };

function KnownExample(props: KnownExampleProps): JSX.Element {
  const { example, temperature, ofRun, source, nameOf, theme, connection, name, settings, onSettings } = props;
  const { order, scale, comparisonTable: asTable } = settings;
  const { index, truth } = example;
  const value = useSignal(temperature.inFrame);
  const ordered = orderClasses(example, { temperature: value, order });
  // The same array while the order stays, so that what depends on it alone stays too.
  const shown = useMemo(() => ordered, [ordered.join()]);
  const distribution = distributionOf(example, { temperature: value, shown });
  const multiples = useMemo(() => multiplesOf({ example, shown, ofRun }), [example, shown, ofRun]);
  const truthName = nameOf(truth);
  return (
    <section class="sl-one" aria-label="The example">
      <div class="sl-one-head">
        <h2>
          #{index} <span class="sl-truth-name">truth: {truthName}</span>
        </h2>
        <Checkbox
          title="Order the classes by the first column’s probability; else as the data set has them"
          checked={order === 'probability'}
          onChange={(by) => onSettings({ order: by ? 'probability' : 'class' })}
        >
          likeliest first
        </Checkbox>
        <Checkbox
          title="Stretch the bars so that the largest one is full; else a full bar is 100 %"
          checked={scale === 'largest'}
          onChange={(stretch) => onSettings({ scale: stretch ? 'largest' : 'whole' })}
        >
          stretch
        </Checkbox>
        <ViewTools
          name={`soft-labels-${index}-${name}`}
          connection={connection}
          table={asTable}
          onTable={() => onSettings({ comparisonTable: !asTable })}
          svg={async () => {
            // That there is none is said above the list.
            const picture = await source.pictures.get({ ...source, index }).catch(() => null);
            return comparisonSvg({ distribution, multiples, picture, nameOf, theme, name });
          }}
          csv={() => comparisonCsv({ distributions: [distribution, ...multiples], nameOf })}
        />
      </div>
      {asTable ? (
        <ComparisonTable temperature={temperature} example={example} multiples={multiples} nameOf={nameOf} />
      ) : (
        <div class="sl-one-body">
          <div class="sl-one-picture" role="img" aria-label={`Example ${index}, truth ${truthName}`}>
            <ExamplePicture source={source} index={index} otherwise="no picture" />
          </div>
          <div class="sl-one-bars">
            <Comparison distribution={distribution} nameOf={nameOf} scale={scale} />
            <SmallMultiples {...{ temperature, multiples, nameOf, theme }} />
          </div>
        </div>
      )}
    </section>
  );
}
