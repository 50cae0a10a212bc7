import { setWords } from '../../core/datasets/dataWords.js';
import type { Answers } from '../../core/evaluation/evaluation.js';
import { ProblemError } from '../../core/problem.js';
import { augmentWords, isAugmented, type DistillSpec, type RunSpec } from '../../core/spec/spec.js';
import { splitNames, type SplitName } from '../../run/folder.js';
import { rowsInMemory } from '../../data/cache/rows.js';
import { checkFinite } from '../answers/finite.js';
import type { RowSource } from '../training/feed.js';
import { stateOf } from '../models/model.js';
import type { NetworkContext } from '../networks/context.js';
import { checkTeacher } from '../networks/teacherCheck.js';
import type { Teacher } from '../networks/teacher.js';
import { teacherLogitsInput, teacherVariable, type Distillation } from '../training/programs.js';

/** What there is to learn from the teachers, and where it comes from in a step. */
export interface TaughtBy {
  /** For the recorded step; null without a teacher. */
  readonly distillation: Distillation | null;
  /** Logits of each teacher on the evaluation splits; an empty split has none. */
  readonly soft: Readonly<Record<'validation' | 'test', readonly Float32Array[]>> | null;
  /** Inputs of the step that are not recorded in it. */
  readonly rows: readonly { readonly name: string; readonly source: RowSource }[];
  /** Of teachers that are recorded in the step. */
  readonly variables: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>>;
}

const alone: TaughtBy = { distillation: null, soft: null, rows: [], variables: {} };

/**
 * Teachers' logits are computed once and stored where the student sees the pictures as they are. Where pictures are
 * changed at random the teachers look at the same changed pictures: recorded in the step, or asked beside it where one
 * of them is an ONNX file, or the student is a head that is fed with features.
 * @throws ProblemError `no-teacher`, or what is wrong with a teacher
 */
export async function taughtBy(
  teachers: readonly Teacher[],
  { spec, context, seen }: { spec: RunSpec; context: NetworkContext; seen: 'pictures' | 'features' },
): Promise<TaughtBy> {
  const { distill, train } = spec;
  if (distill === null) return alone;
  if (teachers.length === 0) throw noTeacher();
  const logitsOn = async (split: SplitName): Promise<Float32Array[]> => {
    const all: Float32Array[] = [];
    if (context.pictures.split(split).labels.length === 0) return all;
    for (const teacher of teachers) {
      const logits = await teacher.logits(split);
      checkFinite(logits, { width: context.picture.classes, of: teacher.answering, to: setWords(split) });
      all.push(logits);
    }
    return all;
  };
  const soft = { validation: await logitsOn('validation'), test: await logitsOn('test') };
  const stored = isAugmented(train.augment) ? null : await logitsOn('train');
  teachers.forEach((teacher, index) => {
    const known = { ...soft, ...(stored === null ? {} : { train: stored }) };
    const sets = setsOf(context, known, index);
    checkTeacher(teacher, { sets, classes: context.pictures.classes, distill, warn: context.warn });
  });
  if (stored !== null) {
    const { classes } = context.picture;
    const rows = stored.map((logits) => rowsInMemory(logits, { n: logits.length / classes, width: classes }));
    return {
      ...fed(
        distill,
        rows.map((each): RowSource => ({ kind: 'stored', rows: each })),
      ),
      soft,
    };
  }
  context.note(
    `The training pictures are changed at random (${augmentWords(train.augment)}): the teachers answer to each anew, and nothing of it is stored.`,
  );
  const whole = seen === 'pictures' ? await Promise.all(teachers.map((teacher) => teacher.whole())) : [];
  const recorded = whole.filter((each) => each !== null);
  if (recorded.length === teachers.length) {
    return {
      distillation: { spec: distill, teachers: { kind: 'live', models: recorded.map(({ model }) => model) } },
      soft,
      rows: [],
      variables: Object.fromEntries(
        recorded.flatMap(({ model, state }, index) =>
          stateOf(model).map(({ name, shape }) => [
            teacherVariable(index, name),
            { shape, values: state[name] ?? new Float32Array() },
          ]),
        ),
      ),
    };
  }
  const sources: RowSource[] = [];
  // One after the other: opening records programs, and tfjs records one at a time.
  for (const teacher of teachers) {
    sources.push({ kind: 'asked', net: await teacher.open(train.batchSize), of: teacher.answering });
  }
  return {
    ...fed(distill, sources),
    soft,
  };
}

/** What a teacher says of the splits that are known, with their labels. */
function setsOf(
  { pictures, picture: { classes } }: NetworkContext,
  known: Readonly<Partial<Record<SplitName, readonly Float32Array[]>>>,
  teacher: number,
): Answers[] {
  return splitNames.flatMap((split) => {
    const logits = known[split]?.[teacher];
    return logits === undefined ? [] : [{ logits, labels: pictures.split(split).labels, classes }];
  });
}

/** Teachers whose answers are inputs of the step. */
function fed(spec: DistillSpec, sources: readonly RowSource[]): Omit<TaughtBy, 'soft'> {
  return {
    distillation: { spec, teachers: { kind: 'stored', count: sources.length } },
    rows: sources.map((source, index) => ({ name: teacherLogitsInput(index), source })),
    variables: {},
  };
}

const noTeacher = (): ProblemError =>
  new ProblemError({
    code: 'no-teacher',
    message: 'The run distils, but run.json names no teacher.',
    fix: 'Run the experiment again: it plans the teacher with the student.',
  });
