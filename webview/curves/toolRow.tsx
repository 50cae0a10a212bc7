import type { JSX } from 'preact';
import { axisScales } from './scene/axisScale.js';
import { answerMeasures, type ChartName } from './metrics.js';
import { xUnits } from './scene/positions.js';
import type { CurveSettings } from './settings.js';

interface ToolRowProps {
  readonly settings: CurveSettings;
  readonly large: ChartName;
  readonly isZoomed: boolean;
  readonly onChange: (change: Partial<CurveSettings>) => void;
  readonly onReset: () => void;
}

/** What the charts have in common: their x axis, their scale, how much they are smoothed. */
export function ToolRow({ settings, large, isZoomed, onChange, onReset }: ToolRowProps): JSX.Element {
  return (
    <div class="curves-tools" role="toolbar" aria-label="Axes and smoothing">
      <Choice
        name="x axis"
        options={xUnits}
        value={settings.x}
        title={(unit) => `Show the curves by ${unit}`}
        onChoose={(x) => onChange({ x })}
      />
      <Choice
        name="y axis"
        options={axisScales}
        value={settings.y[large]}
        title={(scale) => `A ${scale === 'log' ? 'logarithmic' : 'linear'} y axis for the large chart`}
        onChoose={(scale) => onChange({ y: { ...settings.y, [large]: scale } })}
      />
      <Choice
        name="answers"
        options={answerMeasures}
        value={settings.answers}
        title={(measure) => `Judge predictions by ${measure}`}
        onChoose={(answers) => onChange({ answers })}
      />
      <label
        class="curves-smoothing"
        title="Weight of what came before in a moving average. The raw curve stays beneath."
      >
        smoothing
        <input
          type="range"
          min="0"
          max="0.99"
          step="0.01"
          value={settings.smoothing}
          onInput={(event) => onChange({ smoothing: Number(event.currentTarget.value) })}
        />
        <output>{settings.smoothing.toFixed(2)}</output>
      </label>
      <button
        type="button"
        class="curves-button"
        disabled={!isZoomed}
        title="Show everything again (double click, 0 or Escape in the chart)"
        onClick={onReset}
      >
        reset zoom
      </button>
    </div>
  );
}

function Choice<V extends string>({
  name,
  options,
  value,
  title,
  onChoose,
}: {
  name: string;
  options: readonly V[];
  value: V;
  title: (option: V) => string;
  onChoose: (option: V) => void;
}): JSX.Element {
  return (
    <div class="curves-choice" role="group" aria-label={name}>
      {options.map((option) => (
        <button
          key={option}
          type="button"
          class="curves-button"
          aria-pressed={option === value}
          title={title(option)}
          onClick={() => onChoose(option)}
        >
          {option}
        </button>
      ))}
    </div>
  );
}
