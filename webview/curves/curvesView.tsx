import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import 'uplot/dist/uPlot.min.css';
import { ProblemError } from '../../src/core/problem.js';
import type { PanelStore } from '../store.js';
import { useTopic } from '../useTopic.js';
import type { ViewProps } from '../view.js';
import { ViewTools } from '../viewTools.js';
import './curves.css';
import { curvesCsv } from './curvesCsv.js';
import { curvesPicture } from './chart/curvesPicture.js';
import { EpochTable } from './epochTable.js';
import { GradientHintLines, hintedRuns } from './gradientHintLines.js';
import { Legend } from './runs/legend.js';
import type { CurvesMemory } from './memory.js';
import { isOptional, subjectOf, type ChartName, type ChartSubject } from './metrics.js';
import { swapped, type CurveSettings } from './settings.js';
import { shownRuns, type ShownRun } from './runs/shownRun.js';
import { CurvesStage } from './stage/stage.js';
import { ToolRow } from './toolRow.js';
import { useSlowSteps } from './useSlowSteps.js';

/** How the runs learned: one large chart, small ones that change places with it, a legend, and a table twin. */
export function CurvesView({
  store,
  connection,
  selection,
  theme,
  memory,
}: ViewProps & { memory: CurvesMemory }): JSX.Element {
  useTopic(store, 'runs', 'status', 'epochs');
  // A card's charts are there from its first reading on.
  useSlowSteps(store, 2000);
  const [settings, setSettings] = useState(memory.settings);
  const [isZoomed, setZoomed] = useState(memory.viewport.isZoomed);
  const [isTable, setTable] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const stage = useRef<CurvesStage | null>(null);

  useLayoutEffect(() => {
    if (root.current === null) return;
    stage.current = new CurvesStage(store, elementsIn(root.current), {
      theme,
      settings,
      viewport: memory.viewport,
      onZoom: setZoomed,
    });
    return () => {
      stage.current?.dispose();
      stage.current = null;
    };
  }, [store, memory]);
  useLayoutEffect(() => {
    memory.settings = settings;
    stage.current?.configure(settings, { theme, selected: selection.run });
  }, [settings, theme, selection.run]);

  const change = (by: Partial<CurveSettings>): void => setSettings((before) => ({ ...before, ...by }));
  const charts = settings.order.map((name) => ({ name, subject: subjectOf(name, settings.answers) }));
  const [large = { name: 'loss' as const, subject: subjectOf('loss', settings.answers) }, ...small] = charts;
  const runs = shownRuns(store.runs, { selected: selection.run, theme });
  const visible = runs.filter(({ data }) => !settings.hidden.has(data.run.key));
  const hinted = hintedRuns(visible);
  const isUntrained = runs.length > 0 && runs.every(({ data }) => data.run.record.spec.trainable === 'none');
  const isHinted = (name: ChartName): boolean => name === 'gradientShare' && hinted.length > 0;
  const isOver = runs.every(({ data }) => data.status?.state === 'finished');
  const pictured = (): NonNullable<ReturnType<CurvesStage['picture']>> => {
    const picture = stage.current?.picture() ?? null;
    if (picture === null) throw new ProblemError({ code: 'nothing-drawn', message: 'Nothing was drawn yet.' });
    return picture;
  };
  return (
    <div class={isOver ? 'curves is-over' : 'curves'} ref={root}>
      <div class="curves-head" hidden={isUntrained}>
        <ToolRow
          settings={settings}
          large={large.name}
          isZoomed={isZoomed}
          onChange={change}
          onReset={() => stage.current?.reset()}
        />
        <ViewTools
          name={`curves-${large.subject.title}`}
          connection={connection}
          table={isTable}
          onTable={() => setTable(!isTable)}
          svg={() => curvesPicture({ ...pictured(), theme })}
          csv={() => {
            const { scene, runs: drawn } = pictured();
            return curvesCsv(drawn, { x: scene.x, unit: scene.xUnit });
          }}
        />
      </div>
      {isUntrained && (
        <p class="muted">
          Nothing was trained: the network was evaluated once as it is, so that there are no curves. Its answers are
          under Soft labels and Confusion.
        </p>
      )}
      <div class="curves-body" hidden={isTable || isUntrained}>
        <div
          class="curves-frame"
          tabIndex={0}
          role="application"
          aria-roledescription="chart"
          aria-label={`${large.subject.title} by ${settings.x}. Arrow keys move the cursor, plus and minus zoom, 0 resets.`}
        >
          <h2 class="curves-title" title={large.subject.help}>
            {large.subject.title} <span class="muted">{keyOf(large.subject)}</span>{' '}
            <span class="curves-notice problem" />
          </h2>
          <div class="curves-chart curves-large" />
        </div>
        <div class="curves-readout" title="Values at the cursor" />
        <div class="unseen curves-spoken" aria-live="polite" />
        {large.name === 'gradientShare' && <GradientHintLines hinted={hinted} />}
        <div class="curves-smalls">
          {small.map(({ name, subject }, place) => (
            <button
              key={place}
              type="button"
              class="curves-small"
              hidden={!isTold(name, runs)}
              title={`${subject.help}\nClick: show it large.`}
              aria-label={`Show ${subject.title} large${isHinted(name) ? ', with a hint' : ''}`}
              onClick={() => change({ order: swapped(settings.order, name) })}
            >
              <span class="curves-small-title">
                {subject.title}
                {isHinted(name) && <span class="muted"> · hint</span>}
              </span>
              <span class="curves-chart" />
            </button>
          ))}
        </div>
      </div>
      {(isTable || isUntrained) && <EpochTable runs={visible} />}
      {!isUntrained && (
        <LiveLegend
          store={store}
          runs={runs}
          settings={settings}
          selected={selection.run}
          subject={large.subject}
          onChange={change}
        />
      )}
    </div>
  );
}

/** Whether any run has, or will have, what a chart shows: not all tell of a card or of gradients, nor learn from a teacher. */
function isTold(name: ChartName, runs: readonly ShownRun[]): boolean {
  if (isOptional(name)) return runs.some(({ data }) => data.curves.names.includes(name));
  return name !== 'distillationLoss' || runs.some(({ data }) => data.run.record.spec.distill !== null);
}

/** By itself, since its values change while nothing else of the view does. */
function LiveLegend({
  store,
  runs,
  settings,
  selected,
  subject,
  onChange,
}: {
  store: PanelStore;
  runs: readonly ShownRun[];
  settings: CurveSettings;
  selected: string | null;
  subject: ChartSubject;
  onChange: (change: Partial<CurveSettings>) => void;
}): JSX.Element {
  useSlowSteps(store, 500);
  return (
    <Legend
      runs={runs}
      hidden={settings.hidden}
      selected={selected}
      subject={subject}
      onHide={(hidden) => onChange({ hidden })}
    />
  );
}

/** Says which lines are which. */
function keyOf(subject: ChartSubject): string {
  if (subject.key !== undefined) return subject.key;
  if (subject.epochParts.length === 0) return '';
  const hasTrain = subject.column !== null || subject.epochParts.includes('train');
  return `${hasTrain ? 'thin: train, ' : ''}thick: test${subject.level ? ', level: teacher' : ''}`;
}

function elementsIn(root: HTMLElement): ConstructorParameters<typeof CurvesStage>[1] {
  const find = (selector: string): HTMLElement => {
    const element = root.querySelector<HTMLElement>(selector);
    if (element === null) throw new Error(`the curves have no ${selector}`);
    return element;
  };
  return {
    frame: find('.curves-frame'),
    charts: [...root.querySelectorAll<HTMLElement>('.curves-chart')],
    readout: find('.curves-readout'),
    spoken: find('.curves-spoken'),
    notice: find('.curves-notice'),
  };
}
