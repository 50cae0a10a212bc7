import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Estimate, Kept } from '../../src/core/evaluation/darkKnowledge.js';
import type { Role } from '../../src/core/spec/spec.js';
import { none } from '../../src/core/words.js';
import { DataTable, type Column } from '../confusion/dataTable.js';
import type { Connection } from '../connection.js';
import { csvText } from '../export/csv.js';
import { ViewTools } from '../viewTools.js';
import type { KeptAt } from './keptFollower.js';
import { correlationWords, differenceIntervalWords, differenceWords } from './keptWords.js';
import { temperatureText } from './temperature.js';

export interface KeptRow {
  readonly label: number;
  readonly name: string;
  readonly student: Estimate | null;
  readonly baseline: Estimate | null;
  readonly difference: Estimate | null;
}

/** What was kept of each class, in the order of the classes. */
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
  const columns = useMemo(() => columnsOf({ subject, hasBaseline }), [subject, hasBaseline]);
  return (
    <section class="sl-kept">
      <div class="sl-dark-head">
        <h3>
          What the {subject} kept of each class at T {temperatureText(temperature)}
        </h3>
        <ViewTools
          name={`dark-knowledge-kept-${name}`}
          connection={connection}
          csv={() => keptCsv({ rows, temperature, subject })}
        />
      </div>
      <DataTable label="What was kept of each class" columns={columns} rows={rows} rowKey={({ label }) => label} />
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

function columnsOf({ subject, hasBaseline }: { subject: Role; hasBaseline: boolean }): Column<KeptRow>[] {
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
      title: '−1 … 0 … 1',
      tooltip: 'Each correlation as a dot, with its 95 % interval over the examples',
      number: false,
      cell: (row) => <Scale row={row} subject={subject} />,
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

/** In its own units: 100 is a correlation of 1. */
const half = 100;
const height = 14;

function Scale({ row, subject }: { readonly row: KeptRow; readonly subject: Role }): JSX.Element {
  const marks = [
    { role: 'baseline', estimate: row.baseline, y: height - 4 },
    { role: subject, estimate: row.student, y: 4 },
  ] as const;
  return (
    <svg class="sl-scale-line" viewBox={`${-half - 4} 0 ${2 * half + 8} ${height}`} aria-hidden="true">
      {[-half, 0, half].map((x) => (
        <line key={x} class="sl-scale-tick" x1={x} x2={x} y1={0} y2={height} />
      ))}
      {marks.map(
        ({ role, estimate, y }) =>
          estimate !== null && (
            <g key={role} class={`sl-scale-mark ${role}`}>
              <line x1={half * estimate.interval.low} x2={half * estimate.interval.high} y1={y} y2={y} />
              <circle cx={half * estimate.value} cy={y} r={3} />
            </g>
          ),
      )}
    </svg>
  );
}
