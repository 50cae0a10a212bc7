import { accuracyWords } from '../../core/evaluation/accuracyWords.js';
import type { PairedComparison } from '../../core/evaluation/comparison.js';
import { canonicalJson, isJsonObject } from '../../core/json.js';
import type { RunSpec } from '../../core/spec/spec.js';
import type { Run } from '../../run/run.js';
import { noteLogProblems } from './listCommand.js';
import type { Output } from '../output.js';
import { comparisonWords } from '../../core/evaluation/comparisonWords.js';
import { verdictOf } from '../../core/evaluation/verdict.js';
import { testPaired } from '../../run/logits/pairedTest.js';
import { readNamedRun, type Runs } from '../runReference.js';
import { summaryOf } from '../runSummary.js';
import { settingWords } from '../../core/spec/settings/settingWords.js';
import { table, type Column } from '../table.js';
import { count, duration, none } from '../../core/words.js';

/** `distillery compare`: what differs between runs, their results, and each against the first. */
export async function compareCommand(
  { references, runs, json }: { references: readonly string[]; runs: Runs; json: boolean },
  output: Output,
): Promise<number> {
  const compared: Run[] = [];
  for (const reference of references) compared.push(await readNamedRun(reference, runs));
  for (const run of compared) noteLogProblems(run, output);
  const [first, ...others] = compared;
  if (first === undefined) return 2;
  const comparisons: { run: Run; comparison: PairedComparison }[] = [];
  for (const second of others) comparisons.push({ run: second, comparison: await testPaired({ first, second }) });
  const differences = differingSettings(compared.map(({ record }) => record.spec));
  if (json) {
    const result = {
      runs: compared.map(summaryOf),
      differences,
      comparisons: comparisons.map(({ run, comparison }) => ({
        first: first.folder.id,
        second: run.folder.id,
        verdict: verdictOf(comparison),
        ...comparison,
      })),
    };
    output.result(JSON.stringify(result, null, 2));
    return 0;
  }
  output.result(page({ compared, differences, comparisons }));
  return 0;
}

/** A setting that is not the same in all runs, with its value in each; undefined where a run has no such setting. */
interface Difference {
  readonly path: string;
  readonly values: readonly unknown[];
}

/** The settings in which some specs differ, in the order of the spec. Names are for people and do not count. */
function differingSettings(specs: readonly RunSpec[]): Difference[] {
  const flat = specs.map((spec) => new Map(flatten({ ...spec, name: undefined, version: undefined }, '')));
  const paths = [...new Set(flat.flatMap((settings) => [...settings.keys()]))];
  return paths
    .map((path) => ({ path, values: flat.map((settings) => settings.get(path)) }))
    .filter(({ values }) => new Set(values.map((value) => canonicalJson(value ?? null))).size > 1);
}

function flatten(value: unknown, path: string): [string, unknown][] {
  if (!isJsonObject(value)) return value === undefined ? [] : [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, path === '' ? key : `${path}.${key}`));
}

function page({
  compared,
  differences,
  comparisons,
}: {
  compared: readonly Run[];
  differences: readonly Difference[];
  comparisons: readonly { run: Run; comparison: PairedComparison }[];
}): string {
  const numbered = compared.map((run, index) => ({ ...summaryOf(run), number: index + 1 }));
  const results = table(numbered, [
    { title: '#', align: 'right', cell: ({ number }) => String(number) },
    { title: 'run', cell: ({ id }) => id },
    { title: 'state', cell: ({ state }) => state },
    {
      title: 'test errors',
      align: 'right',
      cell: ({ test }) => (test === null ? none : `${count(test.errors)} of ${count(test.n)}`),
    },
    { title: 'accuracy', align: 'right', cell: ({ test }) => (test === null ? none : accuracyWords(test)) },
    { title: 'time', align: 'right', cell: ({ seconds }) => duration(seconds) },
  ]);
  const columns: Column<Difference>[] = [
    { title: 'what differs', cell: ({ path }) => path },
    ...compared.map((_, index) => ({
      title: `#${index + 1}`,
      cell: ({ path, values }: Difference) =>
        path === 'teachers' ? teacherWords(values[index]) : settingWords(values[index]),
    })),
  ];
  const settings = differences.length === 0 ? 'The runs have the same settings.' : table(differences, columns);
  const tests = comparisons.map(({ comparison }, index) => `#${index + 2} against #1: ${comparisonWords(comparison)}`);
  return [results, '', settings, '', ...tests].join('\n');
}

/** The starts of the hashes of the teachers' specs, as they end the ids of runs. */
function teacherWords(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return none;
  return value.map((hash) => String(hash).slice(0, 6)).join(', ');
}
