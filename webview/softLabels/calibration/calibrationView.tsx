import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Connection } from '../../connection.js';
import type { Sums } from '../../sums/sums.js';
import type { Theme } from '../../theme.js';
import { ViewTools } from '../../viewTools.js';
import { calibrationCsv, calibrationSvg } from './calibrationFiles.js';
import { CalibrationTable } from './calibrationTable.js';
import { calibratedColumns, useCalibrationAtOne, type CalibratedColumn } from './calibratedColumn.js';
import { binRange, binWords, scoreLines } from './calibrationWords.js';
import { DrawnElsewhere } from '../../parts/drawnElsewhere.js';
import { columnsOf, type Examples } from '../examples.js';
import type { SettingsProps } from '../memory.js';
import type { OverallFollower } from '../overallFollower.js';
import { fewest } from './reliability.js';
import { ReliabilityCanvas } from './reliabilityCanvas.js';
import { atTemperature } from '../temperature.js';
import { useSignal } from '../../useSignal.js';
import { useShownOverall } from '../useShownOverall.js';
import { useIsSeen } from '../../parts/hooks/useIsSeen.js';
import { usePixelRatio } from '../../parts/hooks/usePixelRatio.js';

interface CalibrationViewProps extends SettingsProps {
  readonly sums: Pick<Sums, 'ask'>;
  readonly examples: Examples;
  readonly follower: OverallFollower;
  readonly theme: Theme;
  readonly connection: Connection;
  readonly name: string;
}

/**
 * Whether each model is as sure as it is right: a reliability diagram for each at the slider's temperature, and the figures
 * at T = 1 and at that one.
 */
export function CalibrationView(props: CalibrationViewProps): JSX.Element {
  const { sums, examples, follower, theme, connection, name, settings, onSettings } = props;
  const { calibrationTable: asTable } = settings;
  const [bin, setBin] = useState<number | null>(null);
  const box = useRef<HTMLElement>(null);
  const diagrams = useMemo(
    () => columnsOf(examples).map(({ role }) => new ReliabilityCanvas(role, setBin)),
    [examples.teacher === null, examples.baseline === null, examples.subject.role],
  );
  const isSeen = useIsSeen(box);
  const overall = useShownOverall(follower, { examples, isSeen });
  const isBehind = useSignal(follower.isBehind);
  const one = useCalibrationAtOne(sums, examples);
  const columns = overall === null ? [] : calibratedColumns(overall, one);
  const isDrawn = isSeen && !asTable;
  const scale = usePixelRatio();
  useLayoutEffect(() => {
    if (isDrawn) columns.forEach((column, at) => diagrams[at]?.draw(column.atTemperature, theme));
  }, [overall, diagrams, theme, isDrawn, scale]);
  return (
    <section class="sl-dark" ref={box} aria-label="Calibration">
      <div class="sl-dark-head">
        <div>
          <h2>
            {overall === null ? 'Calibration: computing …' : `Calibration ${atTemperature(overall.temperature)}`}
            {overall !== null && isBehind && <span class="muted"> (follows when the slider rests)</span>}
          </h2>
          <p
            class="muted"
            title={`15 bins of equal width. Faint: fewer than ${fewest} examples. Beneath: how many examples there are of each confidence, by the square root`}
          >
            By confidence: bars show accuracy, lines mean confidence. On the diagonal a model is as confident as it is
            accurate.
          </p>
        </div>
        <ViewTools
          name={`calibration-${name}`}
          connection={connection}
          table={asTable}
          onTable={() => onSettings({ calibrationTable: !asTable })}
          svg={() => calibrationSvg(columns, { theme, name })}
          csv={() => calibrationCsv(columns)}
        />
      </div>
      {asTable ? (
        <CalibrationTable columns={columns} />
      ) : (
        <>
          <div class="sl-matrices">
            {columnsOf(examples).map(({ role }, at) => (
              <figure key={role}>
                <figcaption class={role}>{role}</figcaption>
                <Figures column={columns[at]} />
                <DrawnElsewhere class="sl-matrix-box" element={diagrams[at]?.element} />
              </figure>
            ))}
          </div>
          <ReadOut columns={columns} bin={bin} />
        </>
      )}
    </section>
  );
}

/** The figures over a diagram. */
function Figures({ column }: { readonly column: CalibratedColumn | undefined }): JSX.Element {
  return (
    <dl class="sl-figures">
      {scoreLines(column?.temperature ?? 1).map(({ name, title, of }) => (
        <div key={name} title={title}>
          <dt class="muted">{name}</dt>
          <dd>{column === undefined ? '…' : of(column)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The bin that is pointed at, in words. */
function ReadOut({
  columns,
  bin,
}: {
  readonly columns: readonly CalibratedColumn[];
  readonly bin: number | null;
}): JSX.Element {
  const [range] = bin === null ? [] : columns.flatMap(({ atTemperature: { bins } }) => bins[bin] ?? []);
  if (bin === null || range === undefined) {
    return <p class="sl-read-out muted">Point at a bar, or walk them with the arrow keys, to read it.</p>;
  }
  const [first] = columns;
  const at = first === undefined ? '' : ` ${atTemperature(first.temperature)}`;
  const says = columns.flatMap(({ role, atTemperature: { bins } }) => {
    const own = bins[bin];
    return own === undefined ? [] : [`${role}: ${binWords(own)}`];
  });
  return (
    <p class="sl-read-out" aria-live="polite">
      confidence {binRange(range)}
      {at}. {says.join('; ')}
    </p>
  );
}
