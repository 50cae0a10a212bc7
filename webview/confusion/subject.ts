import { distillWords } from '../../src/core/spec/parts/distillWords.js';
import type { EnsembleMean } from '../../src/core/losses/softmax.js';
import type { Role } from '../../src/core/spec/spec.js';
import type { EvaluationSplit } from '../../src/panel/protocol.js';
import type { Parties } from '../parties.js';
import type { RunData } from '../store.js';

/** Who can stand in a matrix: a run, or the several teachers of one as the single teacher that they were. */
export interface Subject {
  /** The run's key, or `teachers`. */
  readonly id: string;
  /** `student · T 20 · α 0.9`. */
  readonly name: string;
  readonly role: Role;
  /** More than one for an ensemble, whose soft labels are averaged. */
  readonly runs: readonly [RunData, ...RunData[]];
  readonly ensemble: EnsembleMean;
}

/**
 * All that may be chosen: the teachers of the selected run (together, where there are several), the run, its baseline,
 * then all others that are open.
 */
export function subjectsOf({ run, teachers, baseline }: Parties, runs: readonly RunData[]): Subject[] {
  const related = [...teachers, run, ...(baseline === null ? [] : [baseline])];
  const others = runs.filter((each) => !related.some(({ run: { key } }) => key === each.run.key));
  const singles = distinct([...related, ...others]);
  const [first, ...rest] = teachers;
  if (first === undefined || rest.length === 0) return singles;
  const ensemble = run.run.record.spec.distill?.ensemble ?? 'probabilities';
  const name = `teachers (mean of ${teachers.length})`;
  return [{ id: 'teachers', name, role: 'teacher', runs: [first, ...rest], ensemble }, ...singles];
}

/** What is compared unless a person chooses: the teacher with the selected run; without a teacher, the run alone. */
export function defaultSubjects(
  { run, teachers }: Parties,
  subjects: readonly Subject[],
): { first: Subject | null; second: Subject | null } {
  const own = subjects.find(({ id }) => id === run.run.key) ?? null;
  if (teachers.length === 0) return { first: own, second: null };
  return { first: subjects[0] ?? null, second: own };
}

/** Whether the models of a subject were evaluated on a split, all of them. */
export function isEvaluatedOn({ runs }: Pick<Subject, 'runs'>, split: EvaluationSplit): boolean {
  return runs.every(({ epochs }) => epochs.some(({ logits }) => logits[split] !== undefined));
}

/** A subject for each run; those whose names are the same are told apart by their seeds, or by the tails of their ids. */
function distinct(runs: readonly RunData[]): Subject[] {
  const names = [shortName, seedName, idName].map((nameOf) => runs.map(nameOf));
  return runs.map((data, index) => {
    const alone = names.find((all) => all.filter((name) => name === all[index]).length === 1);
    return {
      id: data.run.key,
      name: (alone ?? names.at(-1))?.[index] ?? data.run.record.id,
      role: data.run.record.spec.role,
      runs: [data],
      ensemble: 'probabilities',
    };
  });
}

function shortName({ run: { record } }: RunData): string {
  const { name, distill } = record.spec;
  return [name, ...distillWords(distill)].join(' · ');
}

function seedName(data: RunData): string {
  return `${shortName(data)} · seed ${data.run.record.spec.seed}`;
}

function idName(data: RunData): string {
  return `${seedName(data)} · ${data.run.record.id.slice(-6)}`;
}
