import type { Experiment, SweptValue, Variant } from './experiment/experiment.js';
import { specIdentity } from './identity.js';
import { canonicalJson, isJsonObject } from '../json.js';
import { ProblemError } from '../problem.js';
import type { RunSpec } from './spec.js';
import { nearest } from './settings/suggestion.js';

/** One run of a plan: what to compute, and the other runs of the plan it belongs with. */
export interface PlannedRun {
  /** Unique in the plan, made to be read and typed: `student t20 a0.9 s0`. */
  readonly key: string;
  readonly spec: RunSpec;
  /** Of all in the spec that decides the result: equal hashes, equal results. */
  readonly specHash: string;
  /** Keys of the teachers, in the order of `spec.teachers`. */
  readonly teachers: readonly string[];
  /** Key of the same student trained without a teacher from the same seed; null for other roles, or where there is none. */
  readonly baseline: string | null;
}

/** SHA-256 of a text's UTF-8 bytes, as 64 lower-case hexadecimal digits. */
export type Sha256 = (text: string) => string;

/** The hash of a run spec: SHA-256 of the canonical JSON of what decides its result. */
export function specHash(spec: RunSpec, { sha256 }: { sha256: Sha256 }): string {
  return sha256(canonicalJson(specIdentity(spec)));
}

/**
 * The runs of an experiment in an order in which they can be done: the teachers, then for each seed and each point of
 * the sweep its baseline and its student. What would be computed twice is there once: students that differ only in how
 * they are taught share a baseline.
 */
export function planRuns(experiment: Experiment, { sha256 }: { sha256: Sha256 }): PlannedRun[] {
  const { data } = experiment;
  const plan = new Map<string, PlannedRun>();
  const add = (run: Pick<PlannedRun, 'spec' | 'teachers' | 'baseline'>): PlannedRun => {
    const hash = specHash(run.spec, { sha256 });
    const planned = plan.get(hash) ?? { ...run, key: keyOf(run.spec), specHash: hash };
    plan.set(hash, planned);
    return planned;
  };

  const alone = { distill: null, teachers: [] };
  const teachers = experiment.teachers.map(({ name, seed, ...role }) =>
    add({
      spec: { version: 1, role: 'teacher', name, seed, data, ...role, ...alone },
      teachers: [],
      baseline: null,
    }),
  );
  for (const seed of experiment.seeds) {
    for (const variant of experiment.variants) {
      const student = { version: 1, seed, data, ...variant.student } as const;
      const baseline = experiment.baseline
        ? add({
            spec: { ...student, role: 'baseline', name: variantName('baseline', variant), ...alone },
            teachers: [],
            baseline: null,
          })
        : null;
      add({
        spec: {
          ...student,
          role: 'student',
          name: variantName('student', variant),
          distill: variant.distill,
          teachers: teachers.map((teacher) => teacher.specHash),
        },
        teachers: teachers.map(({ key }) => key),
        baseline: baseline?.key ?? null,
      });
    }
  }
  return [...plan.values()];
}

/**
 * The runs of a plan that are asked for by key, name or role, with the teachers they need. A baseline is kept only
 * when it is asked for itself.
 * @throws ProblemError `unknown-run` for a word that names nothing in the plan
 */
export function selectRuns(plan: readonly PlannedRun[], { only }: { only: readonly string[] }): PlannedRun[] {
  const chosen = new Set<string>();
  for (const word of only) {
    const named = plan.filter(({ key, spec }) => [key, spec.name, spec.role].includes(word));
    if (named.length === 0) throw unknownRun(plan, word);
    for (const { key, teachers } of named) for (const each of [key, ...teachers]) chosen.add(each);
  }
  return plan
    .filter(({ key }) => chosen.has(key))
    .map((run) => (run.baseline !== null && chosen.has(run.baseline) ? run : { ...run, baseline: null }));
}

function unknownRun(plan: readonly PlannedRun[], word: string): ProblemError {
  const known = [...new Set(plan.flatMap(({ key, spec }) => [spec.role, spec.name, key]))];
  const near = nearest(word, known);
  return new ProblemError({
    code: 'unknown-run',
    message: `No run of this experiment is called \`${word}\`. There are: ${known.map((name) => `\`${name}\``).join(', ')}.`,
    fix: near === null ? 'Name a role, a name or a key of those.' : `Did you mean \`${near}\`?`,
  });
}

function keyOf({ name, seed, distill }: RunSpec): string {
  const taught = distill === null ? [] : [`t${distill.temperature}`, `a${distill.alpha}`];
  return [name, ...taught, `s${seed}`].join(' ');
}

/** `student`, with the swept settings that made it what it is: those of T and alpha are in the key already. */
function variantName(role: 'baseline' | 'student', { swept }: Variant): string {
  const inKey = ['distill.temperature', 'distill.alpha'];
  const told = swept.filter(({ path }) => (role === 'student' ? !inKey.includes(path) : path.startsWith('student.')));
  return [role, ...told.map((setting) => describeSetting(setting, { among: swept }))].join(' ');
}

/** `epochs 20`: the shortest end of the path that no other swept path shares. */
function describeSetting({ path, value }: SweptValue, { among }: { among: readonly SweptValue[] }): string {
  const parts = path.split('.');
  const others = among.filter((other) => other.path !== path);
  const ends = parts.map((_, at) => parts.slice(parts.length - 1 - at).join('.'));
  const end = ends.find((each) => !others.some((other) => other.path.endsWith(`.${each}`))) ?? path;
  return `${end} ${describeValue(value)}`;
}

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(describeValue).join('-');
  if (isJsonObject(value)) {
    const told = Object.entries(value).map(([key, each]) =>
      typeof each === 'string' ? each : `${key} ${describeValue(each)}`,
    );
    return told.join(' ');
  }
  return String(value);
}
