import type { JSX } from 'preact';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { EvaluationSplit, RunKey } from '../../src/panel/protocol.js';
import { OrderChoice } from '../confusion/orderChoice.js';
import { Segments } from '../confusion/segments.js';
import { useClassOrder } from '../confusion/useClassOrder.js';
import { ZoomChoice, zoomed } from '../confusion/zoomChoice.js';
import type { Connection } from '../connection.js';
import type { PictureCache } from '../pictureCache.js';
import type { Theme } from '../theme.js';
import { Checkbox } from '../toolkit.js';
import { ViewTools } from '../viewTools.js';
import { DarkDrawer } from './darkDrawer.js';
import type { OpenCell } from './darkGallery.js';
import {
  cellWords,
  darkKnowledgeOf,
  darkMeasures,
  kindTitle,
  scaleWords,
  symmetricLikeness,
  type DarkKnowledge,
  type DarkMatrix,
} from './darkKnowledge.js';
import { darkKnowledgeCsv } from './darkKnowledgeCsv.js';
import { darkKnowledgeSvg } from './darkKnowledgeSvg.js';
import { DarkKnowledgeTable } from './darkKnowledgeTable.js';
import { DarkTitle, useKept } from './darkTitle.js';
import { DrawnElsewhere } from './drawnElsewhere.js';
import { columnsOf, type Examples } from './examples.js';
import type { KeptFollower } from './keptFollower.js';
import { KeptTable } from './keptTable.js';
import { MatrixCanvas } from './matrixCanvas.js';
import type { CellPlace, MatrixPicture } from './matrixPicture.js';
import type { SettingsProps } from './memory.js';
import { mostNumbered, NumberPainter } from './numberPainter.js';
import type { OverallFollower } from './overallFollower.js';
import { PixelPainter } from './pixelPainter.js';
import { useOverall, useRestingOverall } from './useFollowing.js';
import { useIsSeen } from './useIsSeen.js';
import { usePixelRatio } from './usePixelRatio.js';

interface DarkKnowledgeViewProps extends SettingsProps {
  readonly examples: Examples;
  readonly follower: OverallFollower;
  readonly kept: KeptFollower;
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
  const { run, split, pictures: ofRun, onChoose } = props;
  const { diagonal, measure, ordering, zoom, darkTable: asTable } = settings;
  const { classes } = examples;
  const subject = examples.subject.role;
  const [place, setPlace] = useState<CellPlace | null>(null);
  const { open, onOpen, onClose } = useOpenCell();
  const box = useRef<HTMLDivElement>(null);
  const [kinds, pictures] = useMemo(() => {
    const shown: DarkMatrix['kind'][] = [
      ...columnsOf(examples).map(({ role }) => role),
      ...(examples.teacher === null ? [] : ['difference' as const]),
    ];
    const options = { classes, nameOf, onPoint: setPlace, onOpen };
    const make = (): MatrixPicture =>
      new MatrixCanvas(options, classes <= mostNumbered ? new NumberPainter(options) : new PixelPainter());
    return [shown, shown.map(make)];
  }, [examples.teacher === null, examples.baseline === null, examples.subject.role, classes, nameOf]);

  useOverall(follower);
  const { overall } = follower;
  const dark = useMemo(
    () => (overall === null ? null : darkKnowledgeOf(overall, { classes, diagonal, measure })),
    [overall, classes, diagonal, measure],
  );
  const resting = useRestingOverall(follower);
  const kept = useKept(props.kept);
  const names = useMemo(() => Array.from({ length: classes }, (_, label) => nameOf(label)), [classes, nameOf]);
  const order = useClassOrder(ordering, {
    names,
    of: resting,
    similarity: () => symmetricLikeness(resting, classes),
  });
  const scale = usePixelRatio();
  const isDrawn = useIsSeen(box) && !asTable;
  useLayoutEffect(() => {
    if (isDrawn)
      dark?.matrices.forEach((matrix, at) => pictures[at]?.draw({ dark, matrix, order: order.value, theme }));
  }, [dark, pictures, order.value, theme, isDrawn, scale]);

  return (
    <section class="sl-dark" ref={box} aria-label="Dark knowledge">
      <div class="sl-dark-head">
        <DarkTitle
          dark={dark}
          kept={kept}
          isBehind={follower.isBehind}
          subject={examples.teacher === null ? null : subject}
        />
        <Segments
          name="Cells hold"
          options={darkMeasures}
          value={measure}
          text={(each) => (each === 'softLabels' ? 'soft labels' : 'wrong classes')}
          title={(each) =>
            each === 'softLabels'
              ? 'Cells hold mean soft labels'
              : 'Cells hold shares of what the true class leaves to the others: each row has a sum of 100 % without its diagonal'
          }
          onChoose={(each) => onSettings({ measure: each })}
        />
        <OrderChoice
          value={ordering}
          likeness="the models find alike"
          onChoose={(each) => onSettings({ ordering: each })}
        />
        {order.pending && <span class="muted">ordering…</span>}
        {classes > mostNumbered && (
          <ZoomChoice zoom={zoom} onZoom={(steps) => onSettings({ zoom: zoomed(zoom, steps) })} />
        )}
        <Checkbox
          title="Show the diagonal too: what each class gives to itself. Without it colours are scaled to the rest"
          checked={diagonal && measure === 'softLabels'}
          disabled={measure !== 'softLabels'}
          onChange={(shown) => onSettings({ diagonal: shown })}
        >
          diagonal
        </Checkbox>
        <ViewTools
          name={`dark-knowledge-${name}`}
          connection={connection}
          table={asTable}
          onTable={() => onSettings({ darkTable: !asTable })}
          svg={() => darkKnowledgeSvg({ dark, pictures, order: order.value, subject, nameOf, theme, name })}
          csv={() => darkKnowledgeCsv({ dark, nameOf })}
        />
      </div>
      {asTable ? (
        <DarkKnowledgeTable dark={dark} nameOf={nameOf} />
      ) : (
        <div class="sl-matrices" style={{ '--zoom': String(zoom) }}>
          {kinds.map((kind, at) => (
            <figure key={kind}>
              <figcaption class={kind}>
                {kindTitle(kind, subject)}
                {dark !== null && <span class="muted sl-scale">{scaleWords(dark, kind)}</span>}
              </figcaption>
              <DrawnElsewhere
                class={classes > mostNumbered ? 'sl-matrix-box sl-many' : 'sl-matrix-box'}
                element={pictures[at]?.element}
              />
            </figure>
          ))}
        </div>
      )}
      <ReadOut dark={dark} place={place} nameOf={nameOf} />
      {open !== null && resting !== null && isKnown(open, examples) && (
        <DarkDrawer
          cell={open}
          temperature={resting.temperature}
          pictures={ofRun}
          {...{ examples, nameOf, run, split, onChoose, onClose }}
        />
      )}
      {kept !== null && <KeptTable kept={kept} {...{ subject, nameOf, connection, name }} />}
    </section>
  );
}

/** The cell whose examples are open. What opened it gets the focus back when it is closed. */
function useOpenCell(): {
  open: OpenCell | null;
  onOpen: (place: CellPlace, kind: DarkMatrix['kind']) => void;
  onClose: () => void;
} {
  const [open, setOpen] = useState<OpenCell | null>(null);
  const opener = useRef<HTMLElement | null>(null);
  const onOpen = useCallback((place: CellPlace, kind: DarkMatrix['kind']) => {
    if (document.activeElement instanceof HTMLElement) opener.current = document.activeElement;
    setOpen({ ...place, kind });
  }, []);
  const onClose = useCallback(() => {
    setOpen(null);
    opener.current?.focus();
  }, []);
  return { open, onOpen, onClose };
}

/** Whether the open cell still means something: a column, or the classes, may have gone. */
function isKnown({ kind, truth, label }: OpenCell, examples: Examples): boolean {
  const isShown =
    kind === 'difference' ? examples.teacher !== null : columnsOf(examples).some(({ role }) => role === kind);
  return isShown && truth < examples.classes && label < examples.classes;
}

/** The cell that is pointed at, in words. */
function ReadOut({
  dark,
  place,
  nameOf,
}: {
  readonly dark: DarkKnowledge | null;
  readonly place: CellPlace | null;
  readonly nameOf: (label: number) => string;
}): JSX.Element {
  if (place === null || dark === null) {
    return (
      <p class="sl-read-out muted">
        Point at a cell, or walk the cells with the arrow keys, to read it; click, or press Enter, to see its examples.
      </p>
    );
  }
  const cell = place.truth * dark.classes + place.label;
  const says = dark.matrices.map((matrix) => `${matrix.kind} ${cellWords(dark, matrix, cell)}`).join(', ');
  return (
    <p class="sl-read-out" aria-live="polite">
      true class {nameOf(place.truth)}, soft label of {nameOf(place.label)}: {says}
    </p>
  );
}
