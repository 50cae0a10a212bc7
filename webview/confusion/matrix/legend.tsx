import type { JSX } from 'preact';
import type { Role } from '../../../src/core/spec/spec.js';
import type { Measure } from './matrix.js';
import { magnitudeAt, type Ramp } from './ramp.js';
import { valueWords } from '../words.js';

/** What the colours of a matrix mean: they grow with the logarithm, so that one error can be told from none. */
export function Legend({ ramp, role }: { readonly ramp: Ramp; readonly role: Role | null }): JSX.Element {
  const words = (at: number): string => valueWords(rounded(magnitudeAt(ramp, at), ramp.measure), ramp.measure);
  if (ramp.most === 0) return <p class="legend muted">{role === null ? 'No difference.' : 'No errors.'}</p>;
  const text = `Colours grow with the logarithm, up to ${words(1)}${ramp.dimDiagonal ? '; the diagonal is left out' : ''}`;
  return (
    <div class="legend" role="img" aria-label={text} title={text}>
      {role === null ? (
        <>
          <span class="worse">more errors {words(1)}</span>
          <span class="legend-bar diverging" />
          <span class="better">fewer errors {words(1)}</span>
        </>
      ) : (
        <>
          <span>0</span>
          <span class={`legend-bar ${role}`} />
          {/* Among one error and none there is no middle. */}
          {words(0.5) !== words(0) && <span>{words(0.5)}</span>}
          <span class={`legend-bar upper ${role}`} />
          <span>{words(1)}</span>
        </>
      )}
    </div>
  );
}

/** Counts are whole. */
function rounded(value: number, measure: Measure): number {
  return measure === 'count' ? Math.round(value) : value;
}
