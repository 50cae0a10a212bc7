import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { partiesOf } from '../parties.js';
import { ProblemLine } from '../problemLine.js';
import { useTopic } from '../useTopic.js';
import type { ViewProps } from '../view.js';
import { ViewTools } from '../viewTools.js';
import { CellPointer } from '../parts/matrix/cellPointer.js';
import type { ClassOrder } from '../parts/classOrder/classOrder.js';
import { ClassTable } from './tables/classTable.js';
import type { Compared } from './compared.js';
import './confusionView.css';
import { Drawer } from './gallery/drawer.js';
import { confusionCsv, matricesSvg, subtitleOf } from './export.js';
import type { Gallery } from './gallery/gallery.js';
import { Matrices, useDrawnMatrices } from './matrix/matrices.js';
import type { ConfusionMemory, ConfusionSettings } from './memory.js';
import { Overall } from './tables/overall.js';
import { PairsTable } from './tables/pairsTable.js';
import { PartitionTable } from './tables/partitionTable.js';
import { PlaceRow } from './placeRow.js';
import { Readout } from './matrix/readout.js';
import { defaultSubjects, isEvaluatedOn, subjectsOf, type Subject } from './subject.js';
import { ToolRow } from './toolRow.js';
import { useClassOrder } from '../parts/classOrder/useClassOrder.js';
import { useClassNames } from './useClassNames.js';
import { useComparison } from './useComparison.js';
import { useJudged } from './useJudged.js';
import { useLater } from '../parts/hooks/useLater.js';
import { usePaintMark } from './usePaintMark.js';
import { useSureness } from './useSureness.js';
import { zoomed } from '../parts/matrix/zoomChoice.js';
import type { Cell, Side } from '../parts/matrix/cell.js';
import { mostNumberedClasses } from '../parts/matrix/numberedShapes.js';

/** Which classes each model confuses, and where two models differ. */
export function ConfusionView(props: ViewProps & { readonly memory: ConfusionMemory }): JSX.Element | null {
  const { store, connection, sums, pictures, selection, select, theme, memory } = props;
  useTopic(store, 'runs', 'epochs');
  const [settings, setSettings] = useState(memory.settings);
  useEffect(() => {
    memory.settings = settings;
  }, [memory, settings]);
  const set = useCallback((by: Partial<ConfusionSettings>) => setSettings((before) => ({ ...before, ...by })), []);
  const onZoom = useCallback(
    (steps: number) => setSettings((before) => ({ ...before, zoom: zoomed(before.zoom, steps) })),
    [],
  );

  const parties = partiesOf(store, selection);
  const subjects = parties === null ? [] : subjectsOf(parties, store.runs);
  const { first, second } = chooseSubjects({ settings, subjects, parties });
  const { judgements } = memory;
  const left = useJudged(props, { subject: first, judgements });
  const right = useJudged(props, { subject: second, judgements });
  const sure = useSureness(sums, { left, right });
  const comparison = useComparison({ first, second, left, right, split: selection.split });
  const thinned = new Set([left, right].flatMap((state) => (state.state === 'ready' ? state.notes : [])));
  const both = [first, second].filter((subject) => subject !== null);
  const splits = (['test', 'validation'] as const).filter(
    (split) => split === 'test' || split === selection.split || both.some((subject) => isEvaluatedOn(subject, split)),
  );
  const names = useClassNames(store, comparison.pair?.shown.first.classes ?? 0);
  const compared = useMemo(
    () => (comparison.pair === null ? null : { ...comparison.pair, names }),
    [comparison.pair, names],
  );
  const drawn = useDrawnMatrices(compared, settings);
  const order = useOrder(sums, compared, settings);
  const [pointer] = useState(() => new CellPointer());
  const { gallery, onOpen, onOpenCell, onOpenPair, onClose } = useGallery({ compared, settings, set });

  usePaintMark(compared);

  if (parties === null) return null;
  return (
    <div class="confusion">
      <ToolRow
        settings={settings}
        subjects={subjects}
        first={first}
        second={second}
        zoomable={order.value.length > mostNumberedClasses}
        ordering={order.pending}
        onSubjects={(one, other) => set({ chosen: { run: parties.run.run.key, first: one, second: other } })}
        onChange={set}
        onZoom={onZoom}
      />
      <div class="confusion-head">
        <PlaceRow epochs={parties.run.epochs} splits={splits} selection={selection} select={select} />
        <ViewTools
          name={`confusion-${second?.name ?? first?.name ?? ''}`}
          connection={connection}
          table={settings.table}
          onTable={() => set({ table: !settings.table })}
          {...(compared !== null && {
            svg: () =>
              matricesSvg({
                matrices: drawn,
                order: order.value,
                names,
                measure: settings.measure,
                subtitle: subtitleOf({ split: selection.split, settings, shown: [left, right] }),
                theme,
              }),
            csv: () => confusionCsv(compared),
          })}
        />
      </div>
      {[...comparison.notes, ...thinned].map((note) => (
        <p key={note} class="muted" role="status">
          {note}
        </p>
      ))}
      {[left, right].map(
        (state, index) => state.state === 'refused' && <ProblemLine key={index} problem={state.problem} />,
      )}
      {compared !== null && (
        <>
          <Overall compared={compared} sure={sure} onOpen={onOpen} />
          {!settings.table && (
            <>
              <Matrices
                compared={compared}
                drawn={drawn}
                order={order.value}
                measure={settings.measure}
                pointer={pointer}
                theme={theme}
                zoom={settings.zoom}
                onZoom={onZoom}
                onOpen={onOpenCell}
              />
              <Readout pointer={pointer} compared={compared} />
            </>
          )}
          {gallery !== null && (
            <Drawer
              gallery={gallery}
              compared={compared}
              sure={sure}
              split={selection.split}
              pictures={pictures}
              onChoose={(example) => select({ view: 'softLabels', example })}
              onClose={onClose}
            />
          )}
          <LaterTables
            sums={sums}
            compared={compared}
            errorsOnly={settings.dimDiagonal}
            onOpen={onOpen}
            onOpenPair={onOpenPair}
          />
        </>
      )}
    </div>
  );
}

/** Classes whose tables take as long as a frame, or longer. */
const manyClasses = 200;

/** What stands under the matrices: of many classes, once these were painted. */
function LaterTables(props: TablesProps): JSX.Element | null {
  const isLarge = props.compared.names.length >= manyClasses;
  const later = useLater(() => props.compared, [isLarge ? props.compared : null]);
  const compared = isLarge ? later.value : props.compared;
  return compared === null || compared.names.length !== props.compared.names.length ? null : (
    <Tables {...props} compared={compared} />
  );
}

interface TablesProps {
  readonly sums: ViewProps['sums'];
  readonly compared: Compared;
  readonly errorsOnly: boolean;
  readonly onOpen: (gallery: Gallery) => void;
  readonly onOpenPair: (cell: Cell) => void;
}

function Tables({ sums, compared, errorsOnly, onOpen, onOpenPair }: TablesProps): JSX.Element {
  const { first, second } = compared.shown;
  const pair = useMemo(() => (second === null ? null : { first, second }), [first, second]);
  return (
    <div class="confusion-tables">
      <section>
        <h3>Most confused pairs</h3>
        <PairsTable sums={sums} compared={compared} onOpen={onOpenPair} />
      </section>
      {pair !== null && (
        <section>
          <h3>Who is right</h3>
          <PartitionTable compared={compared} pair={pair} errorsOnly={errorsOnly} onOpen={onOpen} />
        </section>
      )}
      <section class="scores">
        <h3>Precision, recall and F1 (%)</h3>
        <ClassTable compared={compared} />
      </section>
    </div>
  );
}

/** What a person chose for this run, as far as it is still shown; else what suggests itself. */
function chooseSubjects({
  settings: { chosen },
  subjects,
  parties,
}: {
  settings: ConfusionSettings;
  subjects: readonly Subject[];
  parties: ReturnType<typeof partiesOf>;
}): { first: Subject | null; second: Subject | null } {
  if (parties === null) return { first: null, second: null };
  const suggested = defaultSubjects(parties, subjects);
  if (chosen?.run !== parties.run.run.key) return suggested;
  const find = (id: string | null): Subject | null => subjects.find((subject) => subject.id === id) ?? null;
  return { first: find(chosen.first) ?? suggested.first, second: find(chosen.second) };
}

const nobody: readonly string[] = [];

function useOrder(
  sums: ViewProps['sums'],
  compared: Compared | null,
  { ordering }: ConfusionSettings,
): { value: ClassOrder; pending: boolean } {
  const similarity = useMemo(() => {
    const { first = null, second = null } = compared?.shown ?? {};
    const models = [first, second].filter((model) => model !== null);
    return { by: 'confusion', models: models.map(({ counts, support }) => ({ counts, support })) } as const;
  }, [compared]);
  return useClassOrder(sums, ordering, { names: compared?.names ?? nobody, similarity });
}

/** The open drawer. */
function useGallery({
  compared,
  settings,
  set,
}: {
  compared: Compared | null;
  settings: ConfusionSettings;
  set: (by: Partial<ConfusionSettings>) => void;
}): {
  gallery: Gallery | null;
  onOpen: (gallery: Gallery) => void;
  onOpenCell: (side: Side, cell: Cell) => void;
  onOpenPair: (cell: Cell) => void;
  onClose: () => void;
} {
  const alone = compared?.shown.second == null;
  const onOpen = useCallback((gallery: Gallery) => set({ gallery }), [set]);
  const onOpenCell = useCallback(
    (side: Side, { truth, answer }: Cell) => onOpen({ kind: 'cell', side, truth, answer }),
    [onOpen],
  );
  const onOpenPair = useCallback((cell: Cell) => onOpenCell(alone ? 'first' : 'difference', cell), [onOpenCell, alone]);
  const onClose = useCallback(() => set({ gallery: null }), [set]);
  const { gallery } = settings;
  const possible = gallery !== null && compared !== null && isPossible(gallery, compared);
  return { gallery: possible ? gallery : null, onOpen, onOpenCell, onOpenPair, onClose };
}

/** Whether the drawer still means something: the models may have been changed under it. */
function isPossible(gallery: Gallery, { shown, names }: Compared): boolean {
  const known = (index: number): boolean => index < names.length;
  switch (gallery.kind) {
    case 'cell':
      return known(gallery.truth) && known(gallery.answer) && (gallery.side === 'first' || shown.second !== null);
    case 'part':
      return shown.second !== null && (gallery.truth === null || known(gallery.truth));
    case 'unanswered':
      return gallery.side === 'first' || shown.second !== null;
  }
}
