import { seedVerdictWords, verdictWords } from '../../src/core/evaluation/verdict.js';
import { assertNever } from '../../src/core/problem.js';
import { count, counted, none, percent } from '../../src/core/words.js';
import { resultOf, verdictOfCell, type CellResult, type MapCell, type MapRun } from './sweepMap.js';

/** A mean of errors: whole where it is of one seed, else with a tenth. */
export function errorsText(errors: number, { seeds }: { seeds: number }): string {
  return seeds === 1 || Number.isInteger(errors) ? count(errors) : errors.toFixed(1);
}

/** `−26.5`, `+3`, `±0`: errors more or fewer. */
export function differenceText(difference: number | null): string {
  if (difference === null) return none;
  if (difference === 0) return '±0';
  const text = errorsText(Math.abs(difference), { seeds: Number.isInteger(difference) ? 1 : 2 });
  return `${difference < 0 ? '−' : '+'}${text}`;
}

/** `better`, `cannot be told`, `seeds disagree: 2 better, 1 cannot be told`; `not tested yet`; empty without a baseline. */
export function cellVerdictWords(result: CellResult): string {
  if (result.paired === 0) return '';
  if (result.verdicts.length < result.paired) return 'not tested yet';
  return verdictOfCell(result) ?? seedVerdictWords(result.verdicts);
}

/** One seed in words: `seed 0: 280 errors, −12 against baseline: better by 0.12 points (p = 0.010)`. */
export function runWords(run: MapRun): string {
  return `seed ${run.seed}: ${stateWords(run)}`;
}

function stateWords(run: MapRun): string {
  switch (run.kind) {
    case 'finished': {
      const against = run.baseline === null ? '' : `, ${differenceText(run.errors - run.baseline)} against baseline`;
      const told = run.comparison === null ? '' : `: ${verdictWords(run.comparison)}`;
      return `${counted(run.errors, 'error')}${run.isAtChance ? ', no better than chance' : ''}${against}${told}`;
    }
    case 'unfinished':
      return run.progress === '' ? run.state : run.progress;
    case 'hidden':
      return 'not shown';
    case 'absent':
      return 'not trained';
    default:
      return assertNever(run);
  }
}

/** All of a cell, a line a seed. */
export function cellTitle(cell: MapCell): string {
  const result = resultOf(cell);
  const mean = result === null ? [] : [`accuracy ${percent(result.accuracy)}`];
  return [`T ${cell.temperature}, α ${cell.alpha}`, ...mean, ...cell.runs.map(runWords)].join('\n');
}

/** What of a cell has no result, in few words: `1 failed, 1 not trained`. Empty where all have. */
export function lackingWords({ runs }: MapCell): string {
  const words = runs.filter(({ kind }) => kind !== 'finished').map(stateWords);
  const kinds = [...new Set(words)];
  if (runs.length === 1) return kinds.join();
  return kinds.map((kind) => `${words.filter((word) => word === kind).length} ${kind}`).join(', ');
}
