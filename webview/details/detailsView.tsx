import type { JSX } from 'preact';
import { continuedWords } from '../../src/core/continuedWords.js';
import { duration, none } from '../../src/core/words.js';
import { weightsWords } from '../../src/core/weightsWords.js';
import { csvText } from '../export/csv.js';
import { partiesOf, type Parties } from '../parties.js';
import { ProblemLine } from '../problemLine.js';
import { distinctName, runName } from '../runWords.js';
import type { RunData } from '../store.js';
import { useTopic } from '../useTopic.js';
import type { ViewProps } from '../view.js';
import { ViewTools } from '../viewTools.js';
import './details.css';
import { FolderSection } from './folderSection.js';
import { differences, settingRows } from './settings.js';
import { SettingsSection } from './settingsSection.js';
import { useFolder } from './useFolder.js';

/** What was run, on what, and what came of it. */
export function DetailsView(props: ViewProps): JSX.Element | null {
  useTopic(props.store, 'runs', 'status', 'epochs');
  const parties = partiesOf(props.store, props.selection);
  return parties === null ? null : <Details {...props} parties={parties} />;
}

function Details({ store, connection, parties }: ViewProps & { parties: Parties }): JSX.Element {
  const { run, baseline } = parties;
  const { record, key } = run.run;
  const { status } = run;
  const folder = useFolder(connection, key, `${status?.state ?? ''} ${run.epochs.length}`);
  const changed = folder.state === 'ready' ? folder.answer.changed : [];
  const settings = settingRows({ run, baseline, changed });
  const facts = factsOf(run);
  const csv = (): string =>
    csvText({
      header: ['part', 'name', 'value', 'default where it differs', 'baseline where it differs'],
      rows: [
        ...settings.map(({ path, text, otherwise, ofBaseline }) => ['setting', path, text, otherwise, ofBaseline]),
        ...facts.map(({ name, text }) => ['fact', name, text, null, null]),
      ],
    });
  return (
    <div class="details">
      <ViewTools name={`details-${record.id}`} connection={connection} csv={csv} />
      {status?.problem != null && (
        <section>
          <h2>Problem</h2>
          <ProblemLine problem={status.problem} />
          <p class="muted">
            {[status.problem.code, status.problem.place?.file].filter((part) => part !== undefined).join(' · ')}
          </p>
        </section>
      )}
      <SettingsSection rows={settings} hasBaseline={baseline !== null} />
      <Differences runs={comparedRuns(store.runs, run)} />
      <section>
        <h2>Where it ran and what it came from</h2>
        <table>
          <tbody>
            {facts.map(({ name, text }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <FolderSection folder={folder} />
    </div>
  );
}

/** The run and the others that were opened. What differs from the baseline stands beside the settings. */
function comparedRuns(all: readonly RunData[], run: RunData): RunData[] {
  return [run, ...all.filter((data) => data !== run && data.run.reason === 'opened')];
}

function Differences({ runs }: { readonly runs: readonly RunData[] }): JSX.Element | null {
  if (runs.length < 2) return null;
  const rows = differences(runs.map(({ run }) => run.record.spec));
  return (
    <section>
      <h2>What differs between the runs opened</h2>
      {rows.length === 0 ? (
        <p class="muted">Nothing: all have the same settings.</p>
      ) : (
        <div class="wide" tabIndex={0} role="group" aria-label="Settings that differ">
          <table>
            <thead>
              <tr>
                <th scope="col">setting</th>
                {runs.map((data) => (
                  <th key={data.run.key} scope="col" class={data.run.record.spec.role} title={data.run.record.id}>
                    {distinctName(data, runs)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ path, texts }) => (
                <tr key={path}>
                  <th scope="row">{path}</th>
                  {texts.map((text, column) => (
                    <td key={column}>{text}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function factsOf({ run, status }: RunData): { name: string; text: string }[] {
  const { record, key } = run;
  const started = status?.started ?? null;
  const { git } = record;
  return [
    { name: 'run', text: runName(record.spec) },
    { name: 'folder', text: key },
    { name: 'experiment', text: [record.experiment.name, record.experiment.file ?? ''].filter(Boolean).join(' · ') },
    { name: 'created', text: record.created },
    ...(record.continuedFrom === undefined
      ? []
      : [{ name: 'continued from', text: continuedWords(record.continuedFrom) }]),
    { name: 'commit', text: git === null ? none : `${git.commit}${git.dirty ? ' with uncommitted changes' : ''}` },
    { name: 'engine', text: started?.engine ?? record.execution.engine },
    { name: 'device', text: started?.device ?? none },
    { name: 'host', text: started?.host ?? none },
    { name: 'time spent', text: status === null ? none : duration(status.seconds) },
    ...(status?.weights == null ? [] : [{ name: 'weights', text: weightsWords(status.weights) }]),
    ...(status?.notes ?? []).map((text) => ({ name: 'note', text })),
    ...Object.entries(record.versions).map(([name, text]) => ({ name: `version of ${name}`, text })),
    { name: 'hash of the settings', text: record.specHash },
  ];
}
