import type { JSX } from 'preact';
import { none } from '../../../src/core/words.js';
import type { RunKey } from '../../../src/panel/protocol.js';
import { lastValue } from './lastValue.js';
import type { ChartSubject } from '../metrics.js';
import type { ShownRun } from './shownRun.js';

interface LegendProps {
  readonly runs: readonly ShownRun[];
  readonly hidden: ReadonlySet<RunKey>;
  readonly selected: RunKey | null;
  /** Of the large chart: its newest values are shown. */
  readonly subject: ChartSubject;
  readonly onHide: (hidden: ReadonlySet<RunKey>) => void;
}

/** A row a run: what it is, how it was taught, and its newest value. A click hides it, Alt-click shows it alone. */
export function Legend({ runs, hidden, selected, subject, onHide }: LegendProps): JSX.Element {
  const toggle = (key: RunKey): void => {
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    onHide(next);
  };
  /** Alone; or all again where it was alone already. */
  const isolate = (key: RunKey): void => {
    const others = runs.map(({ data }) => data.run.key).filter((other) => other !== key);
    const isAlone = !hidden.has(key) && others.every((other) => hidden.has(other));
    onHide(new Set(isAlone ? [] : others));
  };
  return (
    <div class="curves-legend" role="region" aria-label="Runs" tabIndex={runs.length > 8 ? 0 : -1}>
      <table>
        <thead>
          <tr>
            <th>run</th>
            <th class="number">T</th>
            <th class="number">α</th>
            <th class="number">seed</th>
            <th>state</th>
            <th class="number">{subject.title.toLowerCase()}</th>
            <th class="unseen">only this</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => {
            const { data, label, color, dash, isLevel } = run;
            const { key, record } = data.run;
            const { distill, seed, name } = record.spec;
            const isShown = !hidden.has(key);
            return (
              <tr key={key} class={isShown ? '' : 'is-hidden'} aria-current={key === selected ? 'true' : undefined}>
                <th scope="row">
                  <button
                    type="button"
                    class="curves-toggle"
                    aria-pressed={isShown}
                    aria-label={label}
                    title={`${label}\n${record.id}\nClick: ${isShown ? 'hide' : 'show'}. Alt-click or Alt+Enter: show alone.`}
                    onClick={(event) => (event.altKey ? isolate(key) : toggle(key))}
                    onKeyDown={(event) => {
                      if (event.key !== 'Enter' || !event.altKey) return;
                      event.preventDefault();
                      isolate(key);
                    }}
                  >
                    <svg class="curves-swatch" width="24" height="8" aria-hidden="true">
                      <line
                        x1="0"
                        x2="24"
                        y1="4"
                        y2="4"
                        stroke={color}
                        stroke-width="2"
                        stroke-dasharray={dash.join(' ')}
                      />
                    </svg>
                    <span>{name}</span>
                    {isLevel && <span class="muted">level</span>}
                  </button>
                </th>
                <td class="number">{distill?.temperature ?? none}</td>
                <td class="number">{distill?.alpha ?? none}</td>
                <td class="number">{seed}</td>
                <td>{data.status?.state ?? none}</td>
                <td class="number">{lastValue(run, subject)}</td>
                <td>
                  <button
                    type="button"
                    class="curves-only"
                    aria-label={`Show only ${label}`}
                    title="Show this run alone; again: show all (Alt-click on its name)"
                    onClick={() => isolate(key)}
                  >
                    only
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
