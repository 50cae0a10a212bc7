import type { ExperimentVerdict } from '../core/statistics/experimentVerdict.js';
import type { StudentComparison } from '../launch/compareStudents.js';

/** A verdict for programs, the same in `run --json` and `verdict --json`: of which runs, what, and for what it holds. */
export function verdictJson(verdict: ExperimentVerdict, comparisons: readonly StudentComparison[]) {
  const { kind, name, chosenOn, tried, leftOut, needed } = verdict;
  const runs = comparisons.filter((each) => each.name === name).map(({ student }) => student);
  const common = { runs, verdict: verdict.verdict, holdsFor: kind, chosenOn, tried, leftOut, needed };
  if (kind === 'these networks') {
    const { accuracyDifference, interval, p, examples } = verdict.comparison;
    return { ...common, seeds: 1, pictures: examples, difference: accuracyDifference, interval, p };
  }
  const { difference, interval, p, table } = verdict;
  return { ...common, seeds: table.seeds, pictures: table.pictures, difference, interval, p };
}
