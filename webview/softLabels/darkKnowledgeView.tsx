import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Role } from '../../src/core/spec/spec.js';
import type { Connection } from '../connection.js';
import type { Theme } from '../theme.js';
import { Checkbox } from '../toolkit.js';
import { ViewTools } from '../viewTools.js';
import {
  cellWords,
  darkKnowledgeOf,
  kindTitle,
  scaleWords,
  type DarkKnowledge,
  type DarkMatrix,
} from './darkKnowledge.js';
import { darkKnowledgeCsv } from './darkKnowledgeCsv.js';
import { darkKnowledgeSvg } from './darkKnowledgeSvg.js';
import { DarkKnowledgeTable } from './darkKnowledgeTable.js';
import { DrawnElsewhere } from './drawnElsewhere.js';
import { columnsOf, type Examples } from './examples.js';
import { MatrixCanvas } from './matrixCanvas.js';
import type { CellPlace, MatrixPicture } from './matrixPicture.js';
import type { SettingsProps } from './memory.js';
import { mostNumbered, NumberPainter } from './numberPainter.js';
import type { OverallFollower } from './overallFollower.js';
import { PixelPainter } from './pixelPainter.js';
import { temperatureText } from './temperature.js';
import { useOverall } from './useFollowing.js';
import { useIsSeen } from './useIsSeen.js';
import { usePixelRatio } from './usePixelRatio.js';

interface DarkKnowledgeViewProps extends SettingsProps {
  readonly examples: Examples;
  readonly follower: OverallFollower;
  readonly nameOf: (label: number) => string;
  readonly theme: Theme;
  readonly connection: Connection;
  readonly name: string;
}

/** What the models think of whole classes: the mean soft label of each true class, side by side, and the difference. */
export function DarkKnowledgeView(props: DarkKnowledgeViewProps): JSX.Element {
  const { examples, follower, nameOf, theme, connection, name, settings, onSettings } = props;
  const { diagonal, darkTable: asTable } = settings;
  const { classes } = examples;
  const subject = examples.subject.role;
  const [place, setPlace] = useState<CellPlace | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const [kinds, pictures] = useMemo(() => {
    const shown: DarkMatrix['kind'][] = [
      ...columnsOf(examples).map(({ role }) => role),
      ...(examples.teacher === null ? [] : ['difference' as const]),
    ];
    const options = { classes, nameOf, onPoint: setPlace };
    const make = (): MatrixPicture =>
      new MatrixCanvas(options, classes <= mostNumbered ? new NumberPainter(options) : new PixelPainter());
    return [shown, shown.map(make)];
  }, [examples.teacher === null, examples.baseline === null, examples.subject.role, classes, nameOf]);

  useOverall(follower);
  const { overall } = follower;
  const dark = useMemo(
    () => (overall === null ? null : darkKnowledgeOf(overall, { classes, diagonal })),
    [overall, classes, diagonal],
  );
  const scale = usePixelRatio();
  const isDrawn = useIsSeen(box) && !asTable;
  useLayoutEffect(() => {
    if (isDrawn) dark?.matrices.forEach((matrix, at) => pictures[at]?.draw(dark, matrix, theme));
  }, [dark, pictures, theme, isDrawn, scale]);

  return (
    <section class="sl-dark" ref={box} aria-label="Dark knowledge">
      <div class="sl-dark-head">
        <DarkTitle dark={dark} isBehind={follower.isBehind} subject={examples.teacher === null ? null : subject} />
        <Checkbox
          title="Show the diagonal too: what each class gives to itself. Without it colours are scaled to the rest"
          checked={diagonal}
          onChange={(shown) => onSettings({ diagonal: shown })}
        >
          diagonal
        </Checkbox>
        <ViewTools
          name={`dark-knowledge-${name}`}
          connection={connection}
          table={asTable}
          onTable={() => onSettings({ darkTable: !asTable })}
          svg={() => darkKnowledgeSvg({ dark, pictures, subject, nameOf, theme, name })}
          csv={() => darkKnowledgeCsv({ dark, nameOf })}
        />
      </div>
      {asTable ? (
        <DarkKnowledgeTable dark={dark} nameOf={nameOf} />
      ) : (
        <div class="sl-matrices">
          {kinds.map((kind, at) => (
            <figure key={kind}>
              <figcaption class={kind}>
                {kindTitle(kind, subject)}
                {dark !== null && <span class="muted sl-scale">{scaleWords(dark, kind)}</span>}
              </figcaption>
              <DrawnElsewhere class="sl-matrix-box" element={pictures[at]?.element} />
            </figure>
          ))}
        </div>
      )}
      <ReadOut dark={dark} place={place} nameOf={nameOf} />
    </section>
  );
}

function DarkTitle({
  dark,
  isBehind,
  subject,
}: {
  readonly dark: DarkKnowledge | null;
  readonly isBehind: boolean;
  /** Who was compared with a teacher; null where there is none. */
  readonly subject: Role | null;
}): JSX.Element {
  if (dark === null) return <h2>Dark knowledge: computing …</h2>;
  const { temperature, kept } = dark;
  return (
    <div>
      <h2>
        Dark knowledge at T {temperatureText(temperature)}
        {isBehind && <span class="muted"> (follows when the slider rests)</span>}
      </h2>
      <p class="muted">Mean soft label of each true class: row the true class, column the soft label.</p>
      {subject !== null && (
        <p
          title={`Pearson correlation of the off-diagonal cells of teacher and ${subject}: 1 means that it finds alike what the teacher does, in proportion`}
        >
          Kept by the {subject}: <strong>{kept === null ? '–' : signed(kept)}</strong>{' '}
          <span class="muted">(correlation of the off-diagonal cells with the teacher’s)</span>
        </p>
      )}
    </div>
  );
}

/** A correlation: `0.941`, `−0.036`. */
function signed(correlation: number): string {
  const text = correlation.toFixed(3);
  // Nothing is below zero by less than the digits show.
  return text === '-0.000' ? '0.000' : text.replace('-', '−');
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
    return <p class="sl-read-out muted">Point at a cell, or walk the cells with the arrow keys, to read it.</p>;
  }
  const cell = place.truth * dark.classes + place.label;
  const says = dark.matrices.map((matrix) => `${matrix.kind} ${cellWords(dark, matrix, cell)}`).join(', ');
  return (
    <p class="sl-read-out" aria-live="polite">
      true class {nameOf(place.truth)}, soft label of {nameOf(place.label)}: {says}
    </p>
  );
}
