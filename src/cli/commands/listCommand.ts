import { gapsProblem } from '../../core/gaps.js';
import { formatProblem, ProblemError } from '../../core/problem.js';
import type { RunFolder } from '../../run/folder.js';
import type { Run } from '../../run/run.js';
import { linkOf } from '../../run/runsFolder.js';
import { readRuns } from '../../run/run.js';
import { runSize } from '../../run/runSize.js';
import type { Output } from '../output.js';
import { damagedSummaryOf, summaryOf, type ListedSummary, type RunSummary } from '../runSummary.js';
import { table, type Column } from '../table.js';
import { bytes, count, duration, none, percent } from '../../core/words.js';

/** How a list may be sorted. */
export const listOrders = ['time', 'size'] as const;
export type ListOrder = (typeof listOrders)[number];

/**
 * `distillery list`: a row a run, oldest first, or the largest first; a damaged run is a row too and never hides the
 * others.
 */
export async function listCommand(
  { runsDir, sort, json }: { runsDir: string; sort: ListOrder; json: boolean },
  output: Output,
): Promise<number> {
  const runs = await readRuns(runsDir);
  const rows: ListedSummary[] = [];
  for (const run of runs) {
    const size = await runSize(run.folder);
    rows.push({ ...(run.kind === 'run' ? summaryOf(run) : damagedSummaryOf(run)), size });
  }
  if (sort === 'size') rows.sort((a, b) => b.size.total - a.size.total);
  if (json) {
    output.result(JSON.stringify(rows, null, 2));
    return 0;
  }
  if (runs.length === 0) {
    output.note(`No runs in ${runsDir} yet. \`distillery run <experiment>\` makes some.`);
    return 0;
  }
  output.result(table(rows, columns));
  for (const run of runs) {
    if (run.kind === 'damaged') output.note(formatProblem(run.problem));
    else noteLogProblems(run, output);
    await noteLink(run.folder, output);
  }
  return 0;
}

/** Says of a run that is a link where it leads. */
export async function noteLink(folder: RunFolder, output: Output): Promise<void> {
  const target = await linkOf(folder);
  if (target !== null) output.note(`${folder.id} is a link to ${target}: it is read, and nothing is written there.`);
}

/** @throws ProblemError `usage` */
export function listOrder(typed: string | null): ListOrder {
  const order = listOrders.find((each) => each === (typed ?? 'time'));
  if (order !== undefined) return order;
  throw new ProblemError({
    code: 'usage',
    message: `Runs cannot be sorted by \`${typed ?? ''}\`.`,
    fix: `There are: ${listOrders.map((each) => `\`--sort ${each}\``).join(', ')}.`,
  });
}

/** Says when lines of a log could not be used, or are missing: the rest of the run is shown all the same. */
export function noteLogProblems({ folder, logProblems, state }: Run, output: Output): void {
  const gaps = gapsProblem(state.gaps, { log: folder.log });
  if (gaps !== null) output.note(`${folder.id}: ${formatProblem(gaps)}`);
  const [first] = logProblems;
  if (first === undefined) return;
  const more =
    logProblems.length === 1 ? '' : `\n  ${logProblems.length - 1} more lines of this log could not be used.`;
  output.note(`${folder.id}: ${formatProblem(first)}${more}`);
}

type Row = ListedSummary;

const whole = (text: (run: RunSummary) => string) => (row: Row) => (row.state === 'damaged' ? none : text(row));

/** What a newer build wrote is not damaged. */
const stateOf = (row: Row): string =>
  row.state === 'damaged' && row.problem.code === 'run-newer' ? 'newer' : row.state;

const columns: readonly Column<Row>[] = [
  { title: 'run', cell: ({ id }) => id },
  { title: 'experiment', cell: whole(({ experiment }) => experiment) },
  { title: 'state', cell: stateOf },
  { title: 'epoch', align: 'right', cell: whole(({ epoch, epochs }) => `${epoch}/${epochs}`) },
  {
    title: 'test errors',
    align: 'right',
    cell: whole(({ test }) => (test === null ? none : `${count(test.errors)} of ${count(test.n)}`)),
  },
  { title: 'accuracy', align: 'right', cell: whole(({ test }) => (test === null ? none : percent(test.accuracy))) },
  { title: 'time', align: 'right', cell: whole(({ seconds }) => duration(seconds)) },
  { title: 'size', align: 'right', cell: ({ size }) => bytes(size.total) },
];
