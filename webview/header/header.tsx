import type { JSX } from 'preact';
import { gapsProblem } from '../../src/core/gaps.js';
import { editorProblem } from '../../src/core/remedy.js';
import { modelName } from '../../src/core/spec/spec.js';
import { count } from '../../src/core/words.js';
import type { PanelRun, RunCommandName, RunKey } from '../../src/panel/protocol.js';
import { partiesOf, type Parties } from '../parties.js';
import { distinctName, magnitude, runName, trainedWords } from '../runWords.js';
import { Button, Dropdown } from '../toolkit.js';
import { ProblemLine } from '../problemLine.js';
import { useTestSet } from '../testResults.js';
import { useNow } from '../useNow.js';
import { useTopic } from '../useTopic.js';
import type { ViewProps } from '../view.js';
import './header.css';
import { Menu } from './menu.js';
import { Outcome } from './outcome.js';
import { Pace } from './pace.js';
import { situationOf } from './situation.js';
import { Warnings } from './warnings.js';

/** Says of the selected run what it is, how it is, and what came of it. Its first line stays in view. */
export function Header(props: ViewProps): JSX.Element | null {
  const { store, connection, selection, tests } = props;
  useTopic(store, 'runs', 'status', 'steps');
  const parties = partiesOf(store, selection);
  const now = useNow(parties?.run.status?.state === 'running');
  const testSet = useTestSet(tests, parties?.run.status?.state === 'finished' ? parties.run.run.key : null);
  if (parties === null) return null;
  const { run, teachers } = parties;
  const situation = situationOf(run, { teachers, now, mayRun: store.mayRun, testSet });
  const { mark, word, more, isDoubtful = false, action, help = null } = situation;
  const { state = 'waiting', problem = null, warnings = [], gaps = [] } = run.status ?? {};
  const missing = gapsProblem(gaps);
  return (
    <>
      <header class="headline">
        <span class={`state state-${isDoubtful ? 'doubtful' : state}`} role="status">
          <span aria-hidden="true">{mark}</span> {word}
        </span>
        <RunPicker {...props} parties={parties} />
        {more !== null && <span class="more">{more}</span>}
        <Pace data={run} />
        <span class="actions">
          {[help, action].map(
            (each) =>
              each !== null && (
                <Button
                  key={each.command}
                  appearance="secondary"
                  title={each.title}
                  onClick={() => connection.command({ command: each.command, run: each.run })}
                >
                  {each.text}
                </Button>
              ),
          )}
          <Menu title="More about this run" items={menuItems(props, run.run.key)} />
        </span>
      </header>
      <div class="summary">
        {(state === 'failed' || state === 'interrupted') && problem !== null && (
          <ProblemLine
            problem={editorProblem(problem, {
              data: run.run.record.spec.data,
              hasFile: run.run.record.experiment.file !== null,
            })}
          />
        )}
        <Warnings warnings={missing === null ? warnings : [missing, ...warnings]} />
        <p class="muted">
          <Facts parties={parties} select={props.select} />
        </p>
        <Outcome {...props} testSet={testSet} />
      </div>
    </>
  );
}

/** The name of the run; with several shown, the list to choose from. */
function RunPicker({ store, select, parties }: ViewProps & { parties: Parties }): JSX.Element {
  const { runs } = store;
  const { run } = parties.run;
  if (runs.length === 1) return <h1 class={run.record.spec.role}>{runName(run.record.spec)}</h1>;
  return (
    <Dropdown
      class="run-picker"
      label="Run"
      title="The run that all views look at"
      value={run.key}
      options={runs.map((data) => ({ value: data.run.key, text: distinctName(data, runs) }))}
      onChange={(key) => select({ run: key })}
    />
  );
}

/** Engine and device, model, data, teachers: as far as they are known. */
function Facts({ parties, select }: { parties: Parties; select: ViewProps['select'] }): JSX.Element {
  const { run, teachers } = parties;
  const { record } = run.run;
  const started = run.status?.started ?? null;
  // Nobody counts those of a network in a file.
  const parameters = (started?.parameters ?? 0) === 0 ? '' : `, ${magnitude(started?.parameters ?? 0)} parameters`;
  const sizes = started === null ? '' : `, ${count(started.examples.train)}/${count(started.examples.test)}`;
  const facts = [
    started === null ? record.execution.engine : `${started.engine} · ${started.device}`,
    `${modelName(record.spec.model)}${parameters}${trainedWords(record.spec.trainable)}`,
    `${record.spec.data.dataset}${sizes}`,
  ];
  return (
    <>
      {facts.join(' · ')}
      {teachers.map(({ run: teacher }, place) => (
        <span key={teacher.key}>
          {place === 0 ? ' · from ' : ', '}
          <button class="link" title={`Look at ${teacher.record.id}`} onClick={() => select({ run: teacher.key })}>
            {teacher.record.spec.name} {sourceOf(teacher)}
          </button>
        </span>
      ))}
    </>
  );
}

/** Where a teacher is from: its file, or when it was trained. */
function sourceOf({ record }: PanelRun): string {
  const { model } = record.spec;
  return model.kind === 'onnx' ? modelName(model) : record.id.split('-').slice(0, 2).join('-');
}

function menuItems({ connection }: ViewProps, run: RunKey) {
  const item = (text: string, title: string, command: RunCommandName) => ({
    text,
    title,
    onChoose: () => connection.command({ command, run }),
  });
  return [
    item('Open run.json', 'Open the run’s record as text', 'openJson'),
    item('Open experiment', 'Open the experiment that the run came from', 'openExperiment'),
    item('Reveal folder', 'Show the run folder among the files', 'reveal'),
    item('Show trainer output', 'Open what the trainer wrote', 'showOutput'),
  ];
}
