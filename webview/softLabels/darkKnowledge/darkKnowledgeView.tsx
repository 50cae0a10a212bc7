import type { JSX } from 'preact';
import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import type { EvaluationSplit, RunKey } from '../../../src/panel/protocol.js';
import { CellPointer } from '../../parts/matrix/cellPointer.js';
import { useClassOrder } from '../../parts/classOrder/useClassOrder.js';
import { zoomed } from '../../parts/matrix/zoomChoice.js';
import type { Connection } from '../../connection.js';
import type { PictureCache } from '../../parts/examples/pictureCache.js';
import type { Sums } from '../../sums/sums.js';
import type { Theme } from '../../theme.js';
import { ViewTools } from '../../viewTools.js';
import { DarkDrawer } from './darkDrawer.js';
import type { OpenCell } from './darkGallery.js';
import type { DarkMatrix } from '../../sums/darkKnowledge.js';
import { darkKnowledgeCsv } from './darkKnowledgeCsv.js';
import { darkKnowledgeSvg } from './darkKnowledgeSvg.js';
import { DarkKnowledgeTable } from './darkKnowledgeTable.js';
import { DarkMatrices } from './darkMatrices.js';
import { DarkReadout } from './darkReadout.js';
import { DarkSentences, DarkTitle } from './darkTitle.js';
import { DarkTools } from './darkTools.js';
import { columnsOf, splitOf, type Examples } from '../examples.js';
import { KeptTable } from './keptTable.js';
import type { SettingsProps } from '../memory.js';
import { mostNumberedClasses } from '../../parts/matrix/numberedShapes.js';
import type { OverallFollower } from '../overallFollower.js';
import { useSignal } from '../../useSignal.js';
import { useShownOverall } from '../useShownOverall.js';
import { useIsSeen } from '../../parts/hooks/useIsSeen.js';
import type { Cell } from '../../parts/matrix/cell.js';

interface DarkKnowledgeViewProps extends SettingsProps {
  readonly examples: Examples;
  readonly follower: OverallFollower;
  readonly sums: Sums;
  readonly nameOf: (label: number) => string;
  readonly theme: Theme;
  readonly connection: Connection;
  readonly name: string;
  /** Whose pictures are shown. */
  readonly run: RunKey;
  readonly split: EvaluationSplit;
  readonly pictures: PictureCache;
  readonly onChoose: (example: number) => void;
}

/** What the models think of whole classes: the mean soft label of each true class, side by side, and the difference. */
export function DarkKnowledgeView(props: DarkKnowledgeViewProps): JSX.Element {
  const { examples, follower, nameOf, theme, connection, name, settings, onSettings } = props;
  const { sums, run, split, pictures, onChoose } = props;
  const { ordering, zoom, darkTable: asTable } = settings;
  const { classes } = examples;
  const subject = examples.subject.role;
  const [open, setOpen] = useState<OpenCell | null>(null);
  const onOpen = useCallback((cell: Cell, kind: DarkMatrix['kind']) => setOpen({ ...cell, kind }), []);
  const onClose = useCallback(() => setOpen(null), []);
  const box = useRef<HTMLDivElement>(null);
  const [pointer] = useState(() => new CellPointer());

  const isSeen = useIsSeen(box);
  // What nobody sees takes no frame's time.
  const overall = useShownOverall(follower, { examples, isSeen });
  const isBehind = useSignal(follower.isBehind);
  const dark = overall?.dark ?? null;
  const resting = useShownOverall(follower, { examples, isSeen: false });
  const kept = useSignal(follower.kept);
  const names = useMemo(() => Array.from({ length: classes }, (_, label) => nameOf(label)), [classes, nameOf]);
  const at = resting?.temperature ?? null;
  const similarity = useMemo(
    () => (at === null ? null : ({ by: 'likeness', split: splitOf(examples), temperature: at } as const)),
    [examples, at],
  );
  const order = useClassOrder(sums, ordering, { names, similarity });
  const onZoom = useCallback((steps: number) => onSettings({ zoom: zoomed(zoom, steps) }), [onSettings, zoom]);

  // What does not follow the slider is not built anew in its frames.
  const isMany = classes > mostNumberedClasses;
  const tools = useMemo(
    () => <DarkTools isOrdering={order.pending} {...{ settings, onSettings, isMany, onZoom }} />,
    [settings, onSettings, isMany, order.pending, onZoom],
  );
  const drawer = useMemo(
    () =>
      open !== null &&
      resting !== null &&
      isKnown(open, examples) && (
        <DarkDrawer
          cell={open}
          temperature={resting.temperature}
          {...{ sums, examples, nameOf, run, split, pictures, onChoose, onClose }}
        />
      ),
    [sums, open, resting, examples, nameOf, run, split, pictures, onChoose, onClose],
  );
  const table = useMemo(
    () => kept !== null && <KeptTable kept={kept} {...{ subject, nameOf, connection, name }} />,
    [kept, subject, nameOf, connection, name],
  );

  return (
    <>
      <section class="sl-dark" ref={box} aria-label="Dark knowledge">
        <div class="sl-dark-head">
          <DarkTitle dark={dark} isBehind={isBehind} />
          <ViewTools
            name={`dark-knowledge-${name}`}
            connection={connection}
            table={asTable}
            onTable={() => onSettings({ darkTable: !asTable })}
            svg={() => darkKnowledgeSvg({ dark, order: order.value, subject, names, theme, name })}
            csv={() => darkKnowledgeCsv({ dark, nameOf })}
          />
        </div>
        {dark !== null && (
          <DarkSentences dark={dark} kept={kept} subject={examples.teacher === null ? null : subject} />
        )}
        {tools}
        {asTable ? (
          <DarkKnowledgeTable dark={dark} nameOf={nameOf} />
        ) : (
          <DarkMatrices
            order={order.value}
            {...{ examples, dark, names, theme, zoom, onZoom, pointer, onOpen, isSeen }}
          />
        )}
        {!asTable && <DarkReadout {...{ dark, pointer, nameOf }} />}
        {drawer}
      </section>
      {table}
    </>
  );
}

/** Whether the open cell still means something: a column, or the classes, may have gone. */
function isKnown({ kind, truth, answer }: OpenCell, examples: Examples): boolean {
  const isShown =
    kind === 'difference' ? examples.teacher !== null : columnsOf(examples).some(({ role }) => role === kind);
  return isShown && truth < examples.classes && answer < examples.classes;
}
