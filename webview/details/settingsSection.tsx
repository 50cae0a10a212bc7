import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { counted } from '../../src/core/words.js';
import { Checkbox } from '../toolkit.js';
import type { SettingRow } from './settings.js';

interface SettingsSectionProps {
  readonly rows: readonly SettingRow[];
  readonly hasBaseline: boolean;
}

/** The settings of a run as it ran, with what they are by default and in the baseline where that is something else. */
export function SettingsSection({ rows, hasBaseline }: SettingsSectionProps): JSX.Element {
  const [onlyChanged, setOnlyChanged] = useState(false);
  const isTold = ({ otherwise, ofBaseline }: SettingRow): boolean => otherwise !== null || ofBaseline !== null;
  const shown = onlyChanged ? rows.filter(isTold) : rows;
  return (
    <section class="settings">
      <div class="settings-head">
        <h2>Settings as it ran</h2>
        <Checkbox
          title={`Leave out what is as by default${hasBaseline ? ' and as in the baseline' : ''}`}
          checked={onlyChanged}
          onChange={setOnlyChanged}
        >
          {`only what differs (${rows.filter(isTold).length})`}
        </Checkbox>
      </div>
      {shown.length === 0 ? (
        <p class="muted">Nothing differs: all {counted(rows.length, 'setting')} are the defaults.</p>
      ) : (
        <div class="wide" tabIndex={0} role="group" aria-label="Settings">
          <table>
            <thead>
              <tr>
                <th scope="col">setting</th>
                <th scope="col">this run</th>
                <th
                  scope="col"
                  title="What it is where an experiment does not speak of it; empty where this run has that"
                >
                  default
                </th>
                {hasBaseline && (
                  <th scope="col" class="baseline" title="What the baseline has; empty where it is the same">
                    baseline
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ path, text, otherwise, ofBaseline }) => (
                <tr key={path} class={otherwise === null ? '' : 'is-changed'}>
                  <th scope="row">{path}</th>
                  <td>{text}</td>
                  <td class="muted">{otherwise}</td>
                  {hasBaseline && <td>{ofBaseline}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
