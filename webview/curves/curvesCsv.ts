import { ProblemError } from '../../src/core/problem.js';
import { count } from '../../src/core/words.js';
import { curveNames, type CurveName } from '../curveData.js';
import { csvText, type Cell } from '../export/csv.js';
import { inEveryRun } from './metrics.js';
import type { XUnit } from './scene/positions.js';
import type { Range } from './scene/range.js';
import { stepsPerEpochOf, type SceneRun } from './scene/scene.js';

/** A text of more rows than this takes more memory than an editor should be asked for. */
const mostRows = 2_000_000;

/**
 * All that was logged of the steps in the visible stretch, a row a step and run.
 *
 * @throws ProblemError where that is too much for one file
 */
export function curvesCsv(runs: readonly SceneRun[], { x, unit }: { x: Range; unit: XUnit }): string {
  const parts = runs.map((run) => ({ run, ...stepsIn(run, { x, unit }) }));
  const total = parts.reduce((sum, { from, to }) => sum + to - from, 0);
  if (total > mostRows) {
    throw new ProblemError({
      code: 'table-too-long',
      message: `The visible curves have ${count(total)} steps; a CSV file is made of at most ${count(mostRows)}.`,
      fix: 'Zoom in, or hide runs in the legend. All of them are in log.jsonl of each run folder.',
    });
  }
  // What a card tells, or gradients, is not in all runs: their columns are there where there is something in them.
  const names = curveNames.filter(
    (name) => alwaysThere.has(name) || runs.some(({ shown }) => shown.data.curves.names.includes(name)),
  );
  return csvText({ header: ['run', 'step', 'epoch', 'seconds', ...names], rows: rowsOf(parts, names) });
}

const alwaysThere: ReadonlySet<CurveName> = new Set(inEveryRun);

interface Steps {
  readonly run: SceneRun;
  readonly from: number;
  readonly to: number;
}

function* rowsOf(parts: readonly Steps[], names: readonly CurveName[]): Generator<readonly Cell[]> {
  for (const { run, from, to } of parts) {
    const { curves, run: source } = run.shown.data;
    const stepsPerEpoch = stepsPerEpochOf(run);
    const columns = names.map((name) => curves.column(name));
    const { seconds } = curves;
    for (let index = from; index < to; index++) {
      const epoch = stepsPerEpoch === null ? null : (index + 1) / stepsPerEpoch;
      yield [
        source.record.id,
        index + 1,
        epoch,
        single(seconds[index]),
        ...columns.map((column) => single(column?.[index])),
      ];
    }
  }
}

function stepsIn(run: SceneRun, { x, unit }: { x: Range; unit: XUnit }): { from: number; to: number } {
  const positions = run.curves.positions(unit, { stepsPerEpoch: stepsPerEpochOf(run) });
  if (positions === null) return { from: 0, to: 0 };
  const from = positions.firstFrom(x.min);
  let to = positions.firstFrom(x.max);
  while (to < positions.length && positions.at(to) === x.max) to++;
  return { from, to };
}

/** A float32 with the digits it has: 0.1, not 0.10000000149011612. */
function single(value: number | undefined): number | null {
  if (value === undefined || Number.isNaN(value)) return null;
  const short = Number(value.toPrecision(7));
  return Math.fround(short) === value ? short : value;
}
