import type { JSX } from 'preact';
import { Button } from '../toolkit.js';

interface EpochScrubberProps {
  /** Epochs whose answers are stored, rising. */
  readonly epochs: readonly number[];
  /** The one that is shown. */
  readonly epoch: number;
  /** Whether another one is on its way. */
  readonly isLoading: boolean;
  /** Null: the latest, and those to come. */
  readonly onEpoch: (epoch: number | null) => void;
}

/** Goes back in the life of a run; nothing where there is one epoch to see. */
export function EpochScrubber({ epochs, epoch, isLoading, onEpoch }: EpochScrubberProps): JSX.Element | null {
  const last = epochs.length - 1;
  if (last < 1) return null;
  const place = epochs.indexOf(epoch);
  return (
    <div class="sl-epochs" role="group" aria-label="Epoch">
      <label class="sl-slider">
        <span>epoch</span>
        <input
          type="range"
          min={0}
          max={last}
          step={1}
          value={place}
          aria-valuetext={`epoch ${epoch}`}
          title="The epoch after which the run gave these logits (arrow keys: one back or forward)"
          onInput={({ currentTarget }) => {
            const at = currentTarget.valueAsNumber;
            onEpoch(at === last ? null : (epochs[at] ?? null));
          }}
        />
      </label>
      <span class={isLoading ? 'muted' : ''}>
        {epoch} of {epochs[last] ?? epoch}
      </span>
      {place < last && (
        <Button appearance="secondary" title="The latest epoch, and those to come" onClick={() => onEpoch(null)}>
          Latest
        </Button>
      )}
    </div>
  );
}
