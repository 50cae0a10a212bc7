import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Theme } from '../../theme.js';
import { multipleShapes } from './multipleShapes.js';
import { probability } from '../../../src/core/words.js';
import { distributionOf, type Distribution } from './distribution.js';
import type { ExampleLogits } from './useExampleLogits.js';
import { temperatureText, type MovingTemperature } from '../temperature.js';
import { useSignal } from '../../useSignal.js';

/** The temperatures that are always shown, and the run's own among them. */
export function temperaturesOf(ofRun: number | null): number[] {
  return [...new Set([1, 2, 4, 8, 20, ...(ofRun === null ? [] : [ofRun])])].sort((a, b) => a - b);
}

/** The same example at several temperatures. */
export function multiplesOf({
  example,
  shown,
  ofRun,
}: {
  example: ExampleLogits;
  shown: readonly number[];
  ofRun: number | null;
}): Distribution[] {
  return temperaturesOf(ofRun).map((temperature) => distributionOf(example, { temperature, shown }));
}

interface SmallMultiplesProps {
  readonly temperature: MovingTemperature;
  readonly multiples: readonly Distribution[];
  readonly nameOf: (label: number) => string;
  readonly theme: Theme;
}

const height = 44;

/** One small picture for each temperature; a click makes it the temperature. */
export function SmallMultiples({ temperature, multiples, nameOf, theme }: SmallMultiplesProps): JSX.Element {
  const value = useSignal(temperature.inFrame);
  const pictures = useMemo(
    () => multiples.map((multiple) => <Multiple distribution={multiple} theme={theme} />),
    [multiples, theme],
  );
  return (
    <div class="sl-multiples" role="group" aria-label="The same example at other temperatures">
      {multiples.map((multiple, place) => {
        const name = temperatureText(multiple.temperature);
        return (
          <button
            key={name}
            class="sl-multiple"
            aria-pressed={multiple.temperature === value}
            aria-label={`T ${name}: ${wordsOf(multiple, nameOf)}`}
            title={`Set the temperature to ${name}`}
            onClick={() => temperature.set(multiple.temperature)}
          >
            <span class="sl-multiple-name">T {name}</span>
            {pictures[place]}
          </button>
        );
      })}
    </div>
  );
}

function Multiple({
  distribution,
  theme,
}: {
  readonly distribution: Distribution;
  readonly theme: Theme;
}): JSX.Element {
  const { width, shapes } = multipleShapes(distribution, { theme, height });
  return (
    <svg viewBox={`0 0 ${width} ${height}`} height={height} preserveAspectRatio="none" aria-hidden="true">
      {shapes.map(({ x, y, color, isFrame, ...size }, place) => (
        <rect
          key={place}
          {...{ x, y }}
          width={size.width}
          height={size.height}
          fill={isFrame ? 'none' : color}
          stroke={isFrame ? color : 'none'}
        />
      ))}
    </svg>
  );
}

function wordsOf({ rows, columns }: Distribution, nameOf: (label: number) => string): string {
  const [first] = rows;
  if (first === undefined || first.label === null) return '';
  const says = columns.map(({ role }, column) => `${role} ${probability(first.probabilities[column] ?? NaN)}`);
  return `${nameOf(first.label)}: ${says.join(', ')}`;
}
