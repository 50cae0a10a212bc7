import { signal } from '@preact/signals-core';
import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { assertNever, type Problem } from '../../src/core/problem.js';
import { partiesOf, type Parties } from '../parties.js';
import { ProblemLine } from '../problemLine.js';
import { Checkbox, Dropdown } from '../toolkit.js';
import type { DarkOptions } from '../sums/darkKnowledge.js';
import { useSignal } from '../useSignal.js';
import { useTopic } from '../useTopic.js';
import type { ViewProps } from '../view.js';
import { CalibrationView } from './calibration/calibrationView.js';
import { DarkKnowledgeView } from './darkKnowledge/darkKnowledgeView.js';
import { EpochScrubber } from './epochScrubber.js';
import type { Examples } from './examples.js';
import { ExampleList } from './exampleList/exampleList.js';
import type { SettingsProps, SoftLabelsMemory } from './memory.js';
import { OneExample } from './oneExample/oneExample.js';
import { OverallFollower } from './overallFollower.js';
import { MovingTemperature, pageFrames } from './temperature.js';
import { TemperatureBar } from './temperatureBar.js';
import { storedEpochs, useExamples } from './useExamples.js';
import './softLabels.css';

interface SoftLabelsProps extends ViewProps {
  readonly memory: SoftLabelsMemory;
}

/** Soft labels of teacher and student, example by example and class by class, at any temperature. */
export function SoftLabelsView(props: SoftLabelsProps): JSX.Element {
  useTopic(props.store, 'runs', 'status', 'epochs');
  const parties = partiesOf(props.store, props.selection);
  if (parties === null) return <p class="muted">No run is shown.</p>;
  return <SoftLabelsOf key={parties.run.run.key} {...props} parties={parties} />;
}

function SoftLabelsOf(props: SoftLabelsProps & { readonly parties: Parties }): JSX.Element {
  const { selection, select, parties, memory } = props;
  const { run } = parties;
  const [settings, setSettings] = useState(memory.settings);
  useEffect(() => {
    memory.settings = settings;
  }, [memory, settings]);
  const onSettings = useCallback<SettingsProps['onSettings']>(
    (by) => setSettings((before) => ({ ...before, ...by })),
    [],
  );
  const temperature = useTemperatureOf(props);
  const state = useExamples(props, parties);
  const hasValidation = storedEpochs(run, 'validation').length > 0;
  const ofRun = run.run.record.spec.distill?.temperature ?? null;
  return (
    <div class="sl">
      <div class="sl-tools">
        <TemperatureBar temperature={temperature} ofRun={ofRun} />
        {state.state === 'ready' && (
          <EpochScrubber
            epochs={storedEpochs(run, selection.split)}
            epoch={state.epoch}
            isLoading={state.isLoading}
            onEpoch={(epoch) => select({ epoch })}
          />
        )}
        {(hasValidation || selection.split === 'validation') && (
          <Dropdown
            label="Split"
            title="Which examples are shown"
            value={selection.split}
            options={[
              { value: 'test', text: 'test' },
              { value: 'validation', text: 'validation' },
            ]}
            onChange={(split) => select({ split })}
          />
        )}
        {parties.baseline !== null && (
          <Checkbox
            title="Also show the same student trained without a teacher"
            checked={settings.withBaseline}
            onChange={(withBaseline) => onSettings({ withBaseline })}
          >
            baseline
          </Checkbox>
        )}
      </div>
      {contentOf()}
    </div>
  );

  function contentOf(): JSX.Element {
    switch (state.state) {
      case 'none':
        return <p class="muted">No logits are stored yet: they come at the end of the first epoch.</p>;
      case 'loading':
        return <p class="muted">Reading the logits …</p>;
      case 'refused':
        return <ProblemLine problem={state.problem} />;
      case 'ready':
        return (
          <>
            {state.missing.map((words) => (
              <p key={words} class="problem">
                {words}
              </p>
            ))}
            <Answered {...props} {...{ temperature, ofRun, settings, onSettings }} examples={state.examples} />
          </>
        );
      default:
        return assertNever(state);
    }
  }
}

interface AnsweredProps extends ViewProps, SettingsProps {
  readonly parties: Parties;
  readonly examples: Examples;
  readonly temperature: MovingTemperature;
  readonly ofRun: number | null;
}

function Answered(props: AnsweredProps): JSX.Element {
  const { selection, select, temperature, sums, pictures, parties, theme, connection, settings, onSettings } = props;
  const { withBaseline } = settings;
  // What is not shown costs no frame its time.
  const examples = useMemo(
    () => (withBaseline ? props.examples : { ...props.examples, baseline: null }),
    [props.examples, withBaseline],
  );
  const { run } = parties;
  const { key } = run.run;
  const { split } = selection;
  const { diagonal, measure } = settings;
  const [dark] = useState(() => signal<DarkOptions>({ diagonal, measure }));
  useEffect(() => {
    dark.value = { diagonal, measure };
  }, [dark, diagonal, measure]);
  const follower = useMemo(
    () => new OverallFollower(props.examples, { sums, temperature, withBaseline, dark }),
    [props.examples, sums, temperature, withBaseline, dark],
  );
  useEffect(() => () => follower.dispose(), [follower]);
  const sumsProblem = useSignal(follower.problem);
  const [problem, setProblem] = useState<Problem | null>(null);
  const source = useMemo(() => ({ pictures, run: key, split, onProblem: setProblem }), [pictures, key, split]);
  useEffect(() => setProblem(null), [source]);
  const names = run.status?.started?.classes;
  // The same function while the names stay, whatever else the run tells.
  const nameOf = useMemo(
    () =>
      (label: number): string =>
        names?.[label] ?? String(label),
    [names?.join('\n')],
  );
  const main = useRef<HTMLDivElement>(null);
  const onChoose = useCallback(
    (example: number) => {
      select({ example });
      main.current?.scrollIntoView({ block: 'nearest' });
    },
    [select],
  );
  const index = Math.min(selection.example, examples.n - 1);
  const common = { sums, examples, nameOf, connection, settings, onSettings, name: run.run.record.id };
  return (
    <>
      {sumsProblem !== null && <ProblemLine problem={sumsProblem} />}
      <div class="sl-main" ref={main}>
        <ExampleList
          {...common}
          {...{ source, problem }}
          follower={follower}
          selected={index}
          onSelect={(example) => select({ example })}
        />
        <OneExample {...common} {...{ index, temperature, source, theme }} ofRun={props.ofRun} />
      </div>
      <DarkKnowledgeView {...common} {...{ follower, theme, pictures, split }} run={key} onChoose={onChoose} />
      <CalibrationView {...common} follower={follower} theme={theme} />
    </>
  );
}

/** The temperature while it moves, in step with the one that all views share: that one changes when it rests. */
function useTemperatureOf({ selection, select }: ViewProps): MovingTemperature {
  const temperature = useMemo(() => new MovingTemperature(selection.temperature, pageFrames), []);
  useEffect(() => () => temperature.dispose(), [temperature]);
  useEffect(() => {
    let told = temperature.resting.peek();
    return temperature.resting.subscribe((value) => {
      if (value !== told) select({ temperature: value });
      told = value;
    });
  }, [temperature, select]);
  useEffect(() => {
    if (temperature.atRest.peek()) temperature.set(selection.temperature);
  }, [temperature, selection.temperature]);
  return temperature;
}
