import { ProblemError } from '../../core/problem.js';
import type { ModelSpec, RunSpec } from '../../core/spec/spec.js';
import type { WholeRun } from '../workspace/listedRun.js';

/**
 * The experiment that asks for a run once more, as text to go on from: a student with its teachers, a baseline with the
 * student it is the baseline of, a teacher with a student like itself where none has learned from it yet.
 * @throws ProblemError `family-incomplete` when a run of the family is not there any more
 */
export function experimentOf(run: WholeRun, { among }: { among: readonly WholeRun[] }): string {
  const { record } = run;
  const student = studentOf(run, among);
  const spec = student?.record.spec ?? record.spec;
  const teachers = student === null ? [record.spec] : student.record.teachers.map((id) => specOf(id, run, among));
  const [teacher, ...more] = teachers.map((each) => ({
    name: each.name,
    ...roleOf(each),
    seed: each.seed,
  }));
  const experiment = {
    name: `${record.experiment.name} (copy)`,
    data: { ...spec.data, contents: undefined },
    teacher: more.length === 0 ? teacher : [teacher, ...more],
    student: roleOf(spec),
    distill: spec.distill ?? { loss: 'hinton' },
    baseline: student === null || student.record.baseline !== null,
    seeds: [spec.seed],
    engine: record.execution.engine,
    checkpointSeconds: record.execution.checkpointSeconds,
    keep: record.execution.keep,
  };
  return `${JSON.stringify(experiment, null, 2)}\n`;
}

/** As an experiment says it: what was found out of files is found out anew. */
function roleOf({ model, weights, trainable, train }: RunSpec) {
  return { model: modelOf(model), ...(weights === null ? {} : { weights: weights.file }), trainable, train };
}

function modelOf(model: ModelSpec): ModelSpec {
  if (model.kind !== 'onnx') return model;
  const { sha256, ...rest } = model;
  return rest;
}

function studentOf(run: WholeRun, among: readonly WholeRun[]): WholeRun | null {
  const { id } = run.folder;
  switch (run.record.spec.role) {
    case 'student':
      return run;
    case 'baseline':
      return among.find(({ record }) => record.baseline === id) ?? missing(run, 'the student it is the baseline of');
    case 'teacher':
      return among.find(({ record }) => record.teachers.includes(id)) ?? null;
  }
}

function specOf(id: string, run: WholeRun, among: readonly WholeRun[]): RunSpec {
  const found = among.find(({ folder }) => folder.id === id);
  return found === undefined ? missing(run, `its teacher ${id}`) : found.record.spec;
}

function missing(run: WholeRun, what: string): never {
  throw new ProblemError({
    code: 'family-incomplete',
    message: `An experiment needs all of a family, and ${what} is not there any more.`,
    fix: 'Copy the run’s settings instead, and put what you need of them into an experiment.',
    place: { file: run.folder.path },
  });
}
