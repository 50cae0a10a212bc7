import type { JSX } from 'preact';
import { counted } from '../../src/core/words.js';
import type { RunKey } from '../../src/panel/protocol.js';
import { CellVerdict } from './cellVerdict.js';
import { fullestFill } from './sweepFiles.js';
import { resultOf, toldDifference, type CellResult, type MapCell, type MapRun, type Planned } from './sweepMap.js';
import type { Trainings } from './trainings.js';
import { cellTitle, differenceText, errorsText, lackingWords } from './words.js';

interface SweepCellProps {
  /** Null where neither a run nor the experiment is. */
  readonly cell: MapCell | null;
  readonly isBest: boolean;
  /** Of the map: the largest difference, which has the strongest colour. */
  readonly most: number;
  readonly mayRun: boolean;
  readonly trainings: Trainings;
  /** Why an empty place cannot be run. */
  readonly whyNot: string;
  readonly onTrain: (students: readonly Planned[]) => void;
  readonly onShow: (runs: readonly RunKey[]) => void;
  readonly onLook: (run: RunKey) => void;
}

/** A place of the map: what came of it, or the button that fills it. */
export function SweepCell(props: SweepCellProps): JSX.Element {
  const { cell, isBest, most, mayRun, trainings, whyNot, onTrain, onShow, onLook } = props;
  if (cell === null) {
    return (
      <td class="sweep-none" title={whyNot}>
        –<span class="unseen">{whyNot}</span>
      </td>
    );
  }
  const result = resultOf(cell);
  const [first] = cell.runs.flatMap((run) => ('run' in run && run.kind !== 'hidden' ? [run.run] : []));
  const hidden = cell.runs.flatMap((run) => (run.kind === 'hidden' ? [run.run] : []));
  const missing = cell.runs.flatMap(missingOf).filter((planned) => !trainings.has(planned));
  const isWaiting = cell.runs.some((run) => run.kind === 'absent' && trainings.has(run.plan));
  const lacking = lackingWords(cell);
  const names = missing.map(({ key }) => key).join(', ');
  return (
    <td class={cellClass(result)} style={{ '--share': shareOf(result, most) }} title={cellTitle(cell)}>
      {result !== null && first !== undefined && (
        <button
          class="sweep-result"
          title={`${cellTitle(cell)}\nClick: look at this run.`}
          onClick={() => onLook(first)}
        >
          <strong>{errorsText(result.errors, result)}</strong>
          <span>{differenceText(result.difference)}</span>
          <CellVerdict result={result} />
          {isBest && <span class="sweep-best">fewest errors</span>}
        </button>
      )}
      {result !== null && cell.runs.length > 1 && (
        <span class="muted">
          {result.seeds === cell.runs.length
            ? counted(result.seeds, 'seed')
            : `${result.seeds} of ${cell.runs.length} seeds`}
        </span>
      )}
      {isWaiting ? (
        <span class="muted">waiting …</span>
      ) : (
        lacking !== '' && <Lacking text={lacking} run={result === null ? first : undefined} onLook={onLook} />
      )}
      {hidden.length > 0 && (
        <button class="sweep-do" title="Show what was trained already" onClick={() => onShow(hidden)}>
          Show
        </button>
      )}
      {missing.length > 0 && (
        <button
          class="sweep-do"
          disabled={!mayRun}
          title={
            mayRun
              ? `Train ${names}, with the teacher and the baseline where they are not there yet`
              : 'Nothing is run in a workspace that is not trusted'
          }
          aria-label={`Run ${names}`}
          onClick={() => onTrain(missing)}
        >
          ▷ Run{missing.length > 1 ? ` ${missing.length}` : ''}
        </button>
      )}
    </td>
  );
}

/** Students that could be trained now: those that are not there, and those that failed. */
export function missingOf(run: MapRun): Planned[] {
  if (run.kind === 'absent') return [run.plan];
  const isOver = run.kind === 'unfinished' && ['failed', 'stopped', 'interrupted'].includes(run.state);
  return isOver && run.plan !== null ? [run.plan] : [];
}

function Lacking({
  text,
  run,
  onLook,
}: {
  readonly text: string;
  readonly run: RunKey | undefined;
  readonly onLook: (run: RunKey) => void;
}): JSX.Element {
  if (run === undefined) return <span class="muted">{text}</span>;
  return (
    <button class="link" title="Look at this run" onClick={() => onLook(run)}>
      {text}
    </button>
  );
}

function cellClass(result: CellResult | null): string {
  if (result === null) return 'sweep-empty';
  return `sweep-${differenceClass(result)}`;
}

/** What cannot be told from the baseline has no colour, however many errors fewer it has. */
function differenceClass(result: CellResult): 'better' | 'worse' | 'same' {
  const difference = toldDifference(result);
  if (difference === 0) return 'same';
  return difference < 0 ? 'better' : 'worse';
}

function shareOf(result: CellResult | null, most: number): string {
  const difference = result === null ? 0 : Math.abs(toldDifference(result));
  return `${most === 0 ? 0 : (100 * fullestFill * difference) / most}%`;
}
