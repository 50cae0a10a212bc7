import { augmentSchema } from './augmentSpec.js';
import { shown, type Complaint } from './complaint.js';
import {
  defaultTeacherName,
  resolveTeacher,
  roleOutlineSchema,
  teacherSchema,
  trainableOf,
  type RoleOutline,
  type TeacherSpec,
} from './experiment.js';
import { canonicalJson, type JsonObject } from '../json.js';
import type { JsonPath } from '../jsonText.js';
import { valueAt } from './setting.js';
import type { Trainable } from './spec.js';
import { placeInSweep, type WrittenPoint } from './sweep.js';

/**
 * What the schema cannot say of teachers and students: which settings go together, and how teachers are told apart.
 * @param file what an experiment file says, right or not: what cannot be understood of it is passed over
 * @param points of its sweep
 */
export function roleComplaints(file: JsonObject, points: readonly WrittenPoint[]): Complaint[] {
  const isList = Array.isArray(file.teacher);
  const teachers: readonly unknown[] = Array.isArray(file.teacher) ? file.teacher : [file.teacher];
  const pathOf = (index: number): JsonPath => (isList ? ['teacher', index] : ['teacher']);
  const students = points.map(({ parts, choices }) =>
    studentComplaints(valueAt(parts, ['student'])).map((complaint) =>
      choices.some(({ path }) => path === complaint.path.join('.')) ? placeInSweep(complaint, choices) : complaint,
    ),
  );
  return [
    ...teachers.flatMap((teacher, index) => trainableComplaints(teacher, { role: 'teacher', path: pathOf(index) })),
    ...nameComplaints(teachers, { pathOf }),
    ...twinComplaints(teachers, { file, pathOf }),
    // One point of a sweep is enough to be told of.
    ...(students.find((complaints) => complaints.length > 0) ?? []),
  ];
}

/** Teachers must be told apart by their names. */
function nameComplaints(
  teachers: readonly unknown[],
  { pathOf }: { pathOf: (index: number) => JsonPath },
): Complaint[] {
  const names = teachers.map((teacher, index) => {
    const name = valueAt(teacher, ['name']);
    if (name === undefined) return defaultTeacherName(index);
    return typeof name === 'string' && name.trim() !== '' ? name.trim() : null;
  });
  return names.flatMap((name, index): Complaint[] => {
    if (name === null) return [];
    const named = { code: 'experiment-teacher-name', path: [...pathOf(index), 'name'], at: 'value' } as const;
    const complaints: Complaint[] = [];
    if (names.indexOf(name) !== index) {
      complaints.push({
        ...named,
        message: `Another teacher is called ${shown(name)} already.`,
        mend: 'Give each teacher a name of its own.',
      });
    }
    if (/^(baseline|student)( |$)/.test(name)) {
      complaints.push({
        ...named,
        message: `A teacher cannot be called ${shown(name)}: names that begin so belong to other runs.`,
        mend: 'Choose another name.',
      });
    }
    return complaints;
  });
}

/** Teachers must be worth training twice. */
function twinComplaints(
  written: readonly unknown[],
  { file, pathOf }: { file: JsonObject; pathOf: (index: number) => JsonPath },
): Complaint[] {
  const augment = augmentSchema.optional().safeParse(valueAt(file, ['data', 'augment'])).data;
  const teachers = written.map((teacher, index) => {
    const { data } = teacherSchema.safeParse(teacher);
    return data === undefined ? null : resolveTeacher(data, { index, augment });
  });
  const results = teachers.map((teacher) => (teacher === null ? null : resultOf(teacher)));
  return teachers.flatMap((teacher, index): Complaint[] => {
    const same = results.indexOf(results[index] ?? null);
    if (teacher === null || same === index) return [];
    const { seed, trainable } = teacher;
    return [
      {
        ...{ code: 'experiment-teacher-twice', path: pathOf(index), at: 'value' },
        ...(trainable === 'none'
          ? { message: `This teacher is teacher[${same}] once more.`, mend: 'Remove it.' }
          : {
              message: `This teacher is teacher[${same}] once more, with the same seed ${seed}.`,
              mend: 'Give it another seed, or remove it.',
            }),
      },
    ];
  });
}

/** All that decides what a teacher comes to. */
function resultOf({ name, seed, train, ...result }: TeacherSpec): string {
  return canonicalJson(result.trainable === 'none' ? result : { ...result, seed, train });
}

function studentComplaints(student: unknown): Complaint[] {
  const { data } = roleOutlineSchema.safeParse(student);
  if (data === undefined || trainableOf(data, 'student') !== 'none')
    return trainableComplaints(student, { role: 'student', path: ['student'] });
  return [
    {
      ...{ code: 'experiment-trainable', path: ['student', 'trainable'], at: 'value' },
      message: 'A student of which nothing is trained learns nothing.',
      mend: 'Write "head" or "all".',
    },
  ];
}

function trainableComplaints(
  written: unknown,
  { role, path }: { role: 'teacher' | 'student'; path: JsonPath },
): Complaint[] {
  const { data } = roleOutlineSchema.safeParse(written);
  if (data === undefined) return [];
  const about = { trainable: trainableOf(data, role), path };
  return [...outlineComplaints(data, about), ...classesComplaints(data, about)];
}

function outlineComplaints(
  { model, weights }: RoleOutline,
  { trainable, path }: { trainable: Trainable; path: JsonPath },
): Complaint[] {
  const complaint = { code: 'experiment-trainable', path: [...path, 'trainable'], at: 'value' } as const;
  if (model.kind === 'onnx') {
    const own: Complaint[] =
      weights === null
        ? []
        : [
            {
              ...{ code: 'experiment-weights', path: [...path, 'weights'], at: 'value' },
              message: 'An ONNX file holds its own weights; others cannot be put into it.',
              mend: 'Remove `weights`.',
            },
          ];
    if (trainable !== 'all') return own;
    return [
      ...own,
      {
        ...complaint,
        message: 'An ONNX file cannot be trained as a whole, for it says nothing of gradients.',
        mend: 'Write "head" to train a new last layer on it, or "none" to use it as it is.',
      },
    ];
  }
  if (trainable !== 'none' || weights !== null) return [];
  return [
    {
      ...complaint,
      message: 'A network without `weights` of which nothing is trained answers at random.',
      mend: 'Name a file of `weights`, or write "all".',
    },
  ];
}

/** `classes` speaks of the outputs of a network in a file that are kept. */
function classesComplaints(
  { model, weights }: RoleOutline,
  { trainable, path }: { trainable: Trainable; path: JsonPath },
): Complaint[] {
  if (model.classes === undefined) return [];
  const complaint = { code: 'experiment-classes', path: [...path, 'model', 'classes'], at: 'value' } as const;
  if (model.kind === 'onnx' && trainable === 'head') {
    const message =
      'The outputs of the file are left out where a new head is trained on it: that has the data set’s classes.';
    return [{ ...complaint, message, mend: 'Remove `classes`, or write "trainable": "none" to use its own outputs.' }];
  }
  if (model.kind === 'onnx' || weights !== null) return [];
  const message = 'A network that begins anew has the data set’s classes; `classes` is for one from a file.';
  return [{ ...complaint, message, mend: 'Remove `classes`, or name a file of `weights`.' }];
}
