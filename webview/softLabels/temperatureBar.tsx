import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { largestTemperature as largest, smallestTemperature as smallest } from '../selection.js';
import { Button } from '../toolkit.js';
import { useSignal } from '../useSignal.js';
import { placeOf, sliderSteps, temperatureAt, temperatureText, type MovingTemperature } from './temperature.js';

interface TemperatureBarProps {
  readonly temperature: MovingTemperature;
  /** The temperature the run was distilled at; null where it was not distilled. */
  readonly ofRun: number | null;
}

/** The temperature: a slider on a logarithmic scale, an exact number, and the way back to the run's own. */
export function TemperatureBar({ temperature, ofRun }: TemperatureBarProps): JSX.Element {
  const value = useSignal(temperature.inFrame);
  const shown = temperatureText(value);
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped(shown), [shown]);
  const take = (): void => {
    const number = Number(typed);
    if (number >= smallest && number <= largest) temperature.set(number);
    else setTyped(shown);
  };
  return (
    <div class="sl-temperature" role="group" aria-label="Temperature">
      <label class="sl-slider">
        <span title="Temperature: the logits are divided by it before the softmax">T</span>
        <input
          type="range"
          min={0}
          max={sliderSteps}
          step={1}
          value={placeOf(value)}
          aria-valuetext={`T ${shown}`}
          aria-label="Temperature, logarithmic"
          title="Temperature, 1 to 50 (arrow keys: small steps; Page Up, Page Down: large ones)"
          onInput={({ currentTarget }) => temperature.set(temperatureAt(currentTarget.valueAsNumber))}
        />
      </label>
      <input
        class="sl-field"
        type="number"
        min={smallest}
        max={largest}
        step="any"
        value={typed}
        aria-label="Temperature, exactly"
        title={`The temperature as a number, ${smallest} to ${largest} (Enter sets it)`}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        onChange={take}
        onKeyDown={({ key }) => {
          if (key === 'Enter') take();
        }}
      />
      {ofRun !== null && (
        <Button
          appearance="secondary"
          title="Back to the temperature that the run was distilled at"
          disabled={ofRun === value}
          onClick={() => temperature.set(ofRun)}
        >
          {`Run’s T ${temperatureText(ofRun)}`}
        </Button>
      )}
    </div>
  );
}
