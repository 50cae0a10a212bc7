import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { assertNever } from '../src/core/problem.js';
import type { Connection, HostPort } from './connection.js';
import { ConfusionView } from './confusion/confusionView.js';
import { ConfusionMemory } from './confusion/memory.js';
import { CurvesView } from './curves/curvesView.js';
import { CurvesMemory } from './curves/memory.js';
import { DamagedRuns } from './damagedRuns.js';
import { DetailsView } from './details/detailsView.js';
import { Header } from './header/header.js';
import type { LogitsCache } from './logitsCache.js';
import type { PictureCache } from './parts/examples/pictureCache.js';
import { change, readChoices, resolveChoices } from './savedSelection.js';
import type { Selection, ViewName } from './selection.js';
import { SoftLabelsMemory } from './softLabels/memory.js';
import { SoftLabelsView } from './softLabels/softLabelsView.js';
import type { PanelStore } from './store.js';
import type { Sums } from './sums/sums.js';
import { SweepMemory } from './sweep/memory.js';
import { hasSweep, SweepView } from './sweep/sweepView.js';
import { panelId, tabId, Tabs, type Tab } from './tabs.js';
import type { TestResults } from './testResults.js';
import { onThemeChange, readTheme } from './theme.js';
import { useTopic } from './useTopic.js';
import type { ViewProps } from './view.js';

export interface AppProps {
  readonly store: PanelStore;
  readonly connection: Connection;
  readonly logits: LogitsCache;
  readonly sums: Sums;
  readonly pictures: PictureCache;
  readonly tests: TestResults;
  readonly port: Pick<HostPort, 'readState' | 'saveState'>;
}

/** The whole panel: the header, the tabs, and the view that is looked at. */
export function App({ store, connection, logits, sums, pictures, tests, port }: AppProps): JSX.Element {
  useTopic(store, 'runs', 'status', 'epochs');
  const [choices, setChoices] = useState(() => readChoices(port.readState()));
  const [theme, setTheme] = useState(readTheme);
  const [curvesMemory] = useState(() => new CurvesMemory());
  const [confusionMemory] = useState(() => new ConfusionMemory());
  const [softLabelsMemory] = useState(() => new SoftLabelsMemory());
  const [sweepMemory] = useState(() => new SweepMemory());
  useEffect(() => onThemeChange(setTheme), []);
  useEffect(() => port.saveState(choices), [port, choices]);
  const select = useCallback((by: Partial<Selection>) => setChoices((before) => change(before, by)), []);

  const resolved = resolveChoices(choices, store);
  // A panel of several runs may have become one of a single run.
  const shown = resolved.view === 'sweep' && !hasSweep(store) ? { ...resolved, view: 'curves' as const } : resolved;
  const selection = useMemo(() => shown, Object.values(shown));
  const props: ViewProps = { store, connection, logits, sums, pictures, tests, selection, select, theme };
  return (
    <>
      <Header {...props} />
      <DamagedRuns store={store} />
      {store.runs.length > 0 && (
        <>
          <Tabs label="Views" tabs={tabsOf(store)} selected={selection.view} onSelect={(view) => select({ view })} />
          <div
            id={panelId(selection.view)}
            class="view"
            role="tabpanel"
            aria-labelledby={tabId(selection.view)}
            key={selection.view}
          >
            {viewOf(selection.view, props, { curvesMemory, confusionMemory, softLabelsMemory, sweepMemory })}
          </div>
        </>
      )}
    </>
  );
}

const tabs: readonly Tab<ViewName>[] = [
  { name: 'curves', text: 'Curves', title: 'How the runs learned, step by step' },
  {
    name: 'softLabels',
    text: 'Soft labels',
    title: 'What teacher and student predict for each example, at any temperature',
  },
  { name: 'confusion', text: 'Confusion', title: 'Which classes each model confuses, and where two models differ' },
  { name: 'sweep', text: 'T × α', title: 'What came of each temperature and each weight of the distillation loss' },
  { name: 'details', text: 'Details', title: 'What was run, on what, and what came of it' },
];

/** A map over T and α needs several runs. */
function tabsOf(store: PanelStore): readonly Tab<ViewName>[] {
  return hasSweep(store) ? tabs : tabs.filter(({ name }) => name !== 'sweep');
}

/** What views keep while another is looked at. */
interface Memories {
  readonly curvesMemory: CurvesMemory;
  readonly confusionMemory: ConfusionMemory;
  readonly softLabelsMemory: SoftLabelsMemory;
  readonly sweepMemory: SweepMemory;
}

function viewOf(
  view: ViewName,
  props: ViewProps,
  { curvesMemory, confusionMemory, softLabelsMemory, sweepMemory }: Memories,
): JSX.Element {
  switch (view) {
    case 'curves':
      return <CurvesView {...props} memory={curvesMemory} />;
    case 'confusion':
      return <ConfusionView {...props} memory={confusionMemory} />;
    case 'softLabels':
      return <SoftLabelsView {...props} memory={softLabelsMemory} />;
    case 'sweep':
      return <SweepView {...props} memory={sweepMemory} />;
    case 'details':
      return <DetailsView {...props} />;
    default:
      return assertNever(view);
  }
}
