import type { JSX } from 'preact';
import { none } from '../../src/core/words.js';
import { Verdict } from '../verdict.js';
import { verdictOfCell, type CellResult } from './sweepMap.js';
import { cellVerdictWords } from './words.js';

/** What is meant by it, for a tooltip. */
export const verdictTitle =
  'McNemar’s test, exact, of each seed against the baseline with the same seed: better or worse where p is below 0.05 with every seed';

/** Whether the students of a place are better than their baselines, in words and with its sign. */
export function CellVerdict({ result }: { readonly result: CellResult }): JSX.Element {
  const words = cellVerdictWords(result);
  const verdict = verdictOfCell(result);
  return (
    <span class="sweep-verdict" title={verdictTitle}>
      {verdict === null ? words || none : <Verdict verdict={verdict}>{words}</Verdict>}
      {result.isAtChance && (
        <span class="sweep-chance">
          <span class="doubt-mark" aria-hidden="true">
            ⚠
          </span>{' '}
          no better than chance
        </span>
      )}
    </span>
  );
}
