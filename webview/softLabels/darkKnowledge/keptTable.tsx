import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Estimate, Kept } from '../../../src/core/evaluation/keptKnowledge.js';
import type { Role } from '../../../src/core/spec/spec.js';
import { none } from '../../../src/core/words.js';
import { DataTable, type Column } from '../../parts/table/dataTable.js';
import type { Connection } from '../../connection.js';
import { csvText } from '../../export/csv.js';
import { ViewTools } from '../../viewTools.js';
import type { KeptAt } from '../overallFollower.js';
import { correlationWords, differenceIntervalWords, differenceWords } from './keptWords.js';
import { atTemperature } from '../temperature.js';

export interface KeptRow {
  readonly label: number;
  readonly name: string;
  readonly student: Estimate | null;
  readonly baseline: Estimate | null;
  readonly difference: Estimate | null;
}

/** Teacher–student similarity by class, in the order of the classes. */
export function keptRows({ student, baseline, difference }: Kept, nameOf: (label: number) => string): KeptRow[] {
  return student.byClass.map((own, label) => ({
    label,
    name: nameOf(label),
    student: own,
    baseline: baseline?.byClass[label] ?? null,
    difference: difference?.byClass[label] ?? null,
  }));
}

interface KeptTableProps {
  readonly kept: KeptAt;
  /** Whose run it is: a student, or a baseline that was given a teacher. */
  readonly subject: Role;
  readonly nameOf: (label: number) => string;
  readonly connection: Connection;
  readonly name: string;
}

/** Of which classes the student kept how much: a scale from −1 to 1 for each, and its numbers. */
export function KeptTable({
  kept: { kept, temperature },
  subject,
  nameOf,
  connection,
  name,
}: KeptTableProps): JSX.Element {
  const rows = useMemo(() => keptRows(kept, nameOf), [kept, nameOf]);
  const hasBaseline = kept.baseline !== null;
  const columns = useMemo(
    () => columnsOf({ subject, hasBaseline, least: scaleStart(rows) }),
    [rows, subject, hasBaseline],
  );
  return (
    <section class="sl-kept" aria-label="Teacher–student similarity">
      <div class="sl-dark-head">
        <h3>
          Similarity of teacher and {subject} by class {atTemperature(temperature)}
        </h3>
        <ViewTools
          name={`dark-knowledge-kept-${name}`}
          connection={connection}
          csv={() => keptCsv({ rows, temperature, subject })}
        />
      </div>
      <DataTable
        label="Teacher–student similarity by class"
        columns={columns}
        rows={rows}
        rowKey={({ label }) => label}
      />
    </section>
  );
}

/** A line a class; cells are empty where there is no telling. */
function keptCsv({
  rows,
  temperature,
  subject,
}: {
  rows: readonly KeptRow[];
  temperature: number;
  subject: Role;
}): string {
  const figures = ['', ' from', ' to'];
  const models = [subject, 'baseline', 'difference'];
  return csvText({
    header: ['temperature', 'true class', ...models.flatMap((model) => figures.map((figure) => `${model}${figure}`))],
    rows: rows.map(({ name, student, baseline, difference }) => [
      temperature,
      name,
      ...[student, baseline, difference].flatMap((estimate) => [
        estimate?.value ?? null,
        estimate?.interval.low ?? null,
        estimate?.interval.high ?? null,
      ]),
    ]),
  });
}

function columnsOf({
  subject,
  hasBaseline,
  least,
}: {
  subject: Role;
  hasBaseline: boolean;
  least: number;
}): Column<KeptRow>[] {
  const correlation = 'Correlation of the row of this class with the teacher’s, off the diagonal';
  const number = (estimate: Estimate | null): string => correlationWords(estimate?.value ?? null);
  const columns: Column<KeptRow>[] = [
    {
      key: 'class',
      title: 'class',
      tooltip: 'The true class',
      number: false,
      value: ({ name }) => name,
      cell: ({ name }) => (
        <span class="class-name" title={name}>
          {name}
        </span>
      ),
    },
    {
      key: 'scale',
      title: `${String(least).replace('-', '−')} … 1`,
      tooltip: 'Each correlation as a dot, with its 95 % interval over the examples',
      number: false,
      cell: (row) => <Scale row={row} subject={subject} least={least} />,
    },
    {
      key: 'student',
      title: subject,
      tooltip: correlation,
      number: true,
      swatch: `sl-swatch ${subject}`,
      value: ({ student }) => student?.value ?? null,
      cell: ({ student }) => number(student),
    },
  ];
  if (!hasBaseline) return columns;
  return [
    ...columns,
    {
      key: 'baseline',
      title: 'baseline',
      tooltip: `${correlation}, of the same student without a teacher`,
      number: true,
      swatch: 'sl-swatch baseline',
      value: ({ baseline }) => baseline?.value ?? null,
      cell: ({ baseline }) => number(baseline),
    },
    {
      key: 'difference',
      title: 'difference',
      tooltip: `${subject} less baseline`,
      number: true,
      value: ({ difference }) => difference?.value ?? null,
      cell: ({ difference }) => (difference === null ? none : differenceWords(difference.value)),
    },
    {
      key: 'interval',
      title: '95 % interval',
      tooltip: 'Of the difference, paired over the examples',
      number: true,
      value: ({ difference }) => difference?.interval.low ?? null,
      cell: ({ difference }) => (difference === null ? none : differenceIntervalWords(difference)),
    },
  ];
}

/** Where the scale of the correlations may begin; it ends at 1. */
const starts = [0.9, 0.8, 0.5, 0, -1];

function scaleStart(rows: readonly KeptRow[]): number {
  const lows = rows.flatMap(({ student, baseline }) => [student, baseline]).map((each) => each?.interval.low ?? 1);
  const least = Math.min(...lows);
  return starts.find((start) => start <= least) ?? -1;
}

/** In CSS pixels: the scale, and room for half a dot at both its ends. */
const scaleWidth = 200;
const margin = 4;
const height = 14;

function Scale({
  row,
  subject,
  least,
}: {
  readonly row: KeptRow;
  readonly subject: Role;
  readonly least: number;
}): JSX.Element {
  const x = (correlation: number): number => ((correlation - least) / (1 - least)) * scaleWidth;
  const marks = [
    { role: 'baseline', estimate: row.baseline, y: height - margin },
    { role: subject, estimate: row.student, y: margin },
  ] as const;
  return (
    <svg
      class="sl-scale-line"
      width={scaleWidth + 2 * margin}
      height={height}
      viewBox={`${-margin} 0 ${scaleWidth + 2 * margin} ${height}`}
      aria-hidden="true"
    >
      {[least, (least + 1) / 2, 1].map((tick) => (
        <line key={tick} class="sl-scale-tick" x1={x(tick)} x2={x(tick)} y1={0} y2={height} />
      ))}
      {marks.map(
        ({ role, estimate, y }) =>
          estimate !== null && (
            <g key={role} class={`sl-scale-mark ${role}`}>
              <line x1={x(estimate.interval.low)} x2={x(estimate.interval.high)} y1={y} y2={y} />
              <circle cx={x(estimate.value)} cy={y} r={3} />
            </g>
          ),
      )}
    </svg>
  );
}
