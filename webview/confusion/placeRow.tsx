import type { JSX } from 'preact';
import type { EpochEntry, EvaluationSplit } from '../../src/panel/protocol.js';
import { Segments } from '../parts/segments.js';
import type { Selection } from '../selection.js';

/** Which answers of the selected run are looked at: their split, and how far the run had come. Shared by all views. */
export function PlaceRow({
  epochs,
  splits,
  selection,
  select,
}: {
  /** Of the selected run. */
  readonly epochs: readonly EpochEntry[];
  /** To choose from. */
  readonly splits: readonly EvaluationSplit[];
  readonly selection: Selection;
  readonly select: (change: Partial<Selection>) => void;
}): JSX.Element | null {
  const latest = epochs.at(-1);
  if (latest === undefined) return null;
  const epoch = selection.epoch ?? latest.epoch;
  return (
    <div class="confusion-place">
      {splits.length > 1 && (
        <Segments
          name="Split"
          options={splits}
          value={selection.split}
          text={(split) => split}
          title={(split) => `Predictions on the ${split} split`}
          onChoose={(split) => select({ split })}
        />
      )}
      {epochs.length > 1 && (
        <label title="Go back in the life of the run that is looked at">
          epoch{' '}
          <input
            type="range"
            min={epochs[0]?.epoch ?? 1}
            max={latest.epoch}
            value={epoch}
            aria-valuetext={`epoch ${epoch} of ${latest.epoch}`}
            onInput={({ currentTarget: { value } }) =>
              // At its right end it follows a run that goes on.
              select({ epoch: Number(value) === latest.epoch ? null : Number(value) })
            }
          />{' '}
          <output>
            {epoch} of {latest.epoch}
          </output>
        </label>
      )}
    </div>
  );
}
