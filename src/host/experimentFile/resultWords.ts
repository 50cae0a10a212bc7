import { canonicalJson } from '../../core/json.js';
import type { PlannedRun } from '../../core/spec/plan.js';
import type { RunSpec } from '../../core/spec/spec.js';
import { count, counted } from '../../core/words.js';
import { runLabel, type WholeRun } from '../workspace/listedRun.js';

/** What came of an experiment, and the runs that it is said of. */
export interface ExperimentResult {
  readonly text: string;
  readonly runs: readonly WholeRun[];
}

/** Students that differ in their seeds only, all with a test result. */
interface Variant {
  readonly runs: readonly WholeRun[];
  /** How many seeds the plan has of it; none where it is of older settings. */
  readonly planned: number;
}

/**
 * The students of an experiment beside their baselines: the mean over seeds; of a sweep the best by the validation set,
 * or from the best to the worst where there is none, for the test set is not there to choose with. Of settings that are
 * not those of the file any more only where there is nothing else. Null while no student is finished.
 * @param own finished and other runs of the experiment
 * @param runs all that are known, for the baselines
 */
export function studentResult(
  own: readonly WholeRun[],
  { runs, plan }: { readonly runs: readonly WholeRun[]; readonly plan: readonly PlannedRun[] },
): ExperimentResult | null {
  const students = own.filter(({ record, summary }) => record.spec.role === 'student' && isTested(summary));
  const planned = new Set(plan.map(({ specHash }) => specHash));
  const current = students.filter(({ record }) => planned.has(record.specHash));
  const variants = variantsOf(current.length > 0 ? current : latestKind(students), plan);
  const [first, ...more] = variants;
  if (first === undefined) return null;
  const older = plan.length > 0 && current.length === 0 ? ' (older settings)' : '';
  if (more.length === 0) return { text: `${variantWords(first, 'student', runs)}${older}`, runs: first.runs };
  const best = bestByValidation(variants);
  if (best !== null) {
    const [run] = best.runs;
    const name = run === undefined ? 'student' : runLabel(run.record.spec);
    return { text: `Best by validation: ${variantWords(best, name, runs)}${older}`, runs: best.runs };
  }
  const means = variants.map(({ runs: each }) => meanErrors(each));
  const several = variants.some(({ runs: each }) => each.length > 1);
  const digits = several ? 1 : 0;
  const range = `${Math.min(...means).toFixed(digits)} to ${Math.max(...means).toFixed(digits)} test errors`;
  const all = variants.flatMap(({ runs: each }) => each);
  const seeds = several ? ' (means over seeds)' : '';
  const text = `${counted(variants.length, 'student')} ${range}${seeds}${baselineWords(all, { runs, digits })}${older}`;
  return { text, runs: all };
}

const isTested = ({ state, test }: WholeRun['summary']): boolean => state === 'finished' && test !== null;

/** Of several runs of one spec the latest; those that differ in their seeds together. */
function variantsOf(students: readonly WholeRun[], plan: readonly PlannedRun[]): Variant[] {
  const newest = new Map<string, WholeRun>();
  for (const run of students) {
    const known = newest.get(run.record.specHash);
    if (known === undefined || timeOf(known) <= timeOf(run)) newest.set(run.record.specHash, run);
  }
  const groups = new Map<string, WholeRun[]>();
  for (const run of newest.values()) {
    const key = withoutSeed(run.record.spec);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups].map(([key, runs]) => ({
    runs,
    planned: plan.filter(({ spec }) => spec.role === 'student' && withoutSeed(spec) === key).length,
  }));
}

const timeOf = ({ summary }: WholeRun): number => summary.lastTime ?? 0;

/** A student's teachers may have been drawn anew for each seed. */
const withoutSeed = (spec: RunSpec): string => canonicalJson({ ...spec, seed: 0, teachers: [] });

/** Of runs of older settings those that are like the one that ended last. */
function latestKind(students: readonly WholeRun[]): readonly WholeRun[] {
  const [first, ...more] = students;
  if (first === undefined) return [];
  const last = more.reduce((latest, run) => (timeOf(run) >= timeOf(latest) ? run : latest), first);
  const kind = withoutSeed(last.record.spec);
  return students.filter(({ record }) => withoutSeed(record.spec) === kind);
}

/** Null where a variant has no validation errors, or only some of its runs have. */
function bestByValidation(variants: readonly Variant[]): Variant | null {
  const scored = variants.map((variant) => ({
    variant,
    share: meanOf(variant.runs.map(({ summary }) => shareOf(summary))),
  }));
  if (scored.some(({ share }) => Number.isNaN(share))) return null;
  const [first, ...more] = scored;
  if (first === undefined) return null;
  return more.reduce((best, next) => (next.share < best.share ? next : best), first).variant;
}

const shareOf = ({ validation }: WholeRun['summary']): number =>
  validation === undefined ? Number.NaN : validation.errors / validation.n;

/** `student 124.3 test errors (mean of 3 seeds), baseline 143.0`, `student 124 test errors, baseline 143`. */
function variantWords({ runs: members, planned }: Variant, name: string, runs: readonly WholeRun[]): string {
  const seeds = members.length;
  const digits = seeds === 1 ? 0 : 1;
  const errors = meanErrors(members);
  const noun = seeds === 1 && errors === 1 ? 'test error' : 'test errors';
  const of = planned > seeds ? `${count(seeds)} of ${counted(planned, 'seed')}` : counted(seeds, 'seed');
  const mean = seeds > 1 ? ` (mean of ${of})` : planned > 1 ? ` (${of})` : '';
  return `${name} ${shown(errors, digits)} ${noun}${mean}${baselineWords(members, { runs, digits })}`;
}

/** The baselines that students were recorded with: `, baseline 143.0`; nothing where there are none. */
function baselineWords(
  students: readonly WholeRun[],
  { runs, digits }: { readonly runs: readonly WholeRun[]; readonly digits: number },
): string {
  const wanted = new Set(students.flatMap(({ record }) => record.baseline ?? []));
  const tested = runs.filter(({ record, summary }) => wanted.has(record.id) && isTested(summary));
  const found = [...new Map(tested.map((run) => [run.record.id, run])).values()];
  if (found.length === 0) return '';
  const few = found.length < wanted.size ? ` (${count(found.length)} of ${counted(wanted.size, 'seed')})` : '';
  return `, baseline ${shown(meanErrors(found), found.length === 1 && digits === 0 ? 0 : 1)}${few}`;
}

const shown = (errors: number, digits: number): string => (digits === 0 ? count(errors) : errors.toFixed(digits));

const meanErrors = (runs: readonly WholeRun[]): number => meanOf(runs.map(({ summary }) => summary.test?.errors ?? 0));

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
