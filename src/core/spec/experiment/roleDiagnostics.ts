import { augmentSchema } from '../parts/augmentSpec.js';
import { shown, type Diagnostic } from '../settings/diagnostic.js';
import {
  defaultTeacherName,
  resolveTeacher,
  roleOutlineSchema,
  teacherSchema,
  trainableOf,
  type RoleOutline,
  type TeacherSpec,
} from './experiment.js';
import { canonicalJson, type JsonObject } from '../../json.js';
import type { JsonPath } from '../../jsonText.js';
import { valueAt } from '../settings/setting.js';
import type { Trainable } from '../spec.js';
import { placeInSweep, type WrittenPoint } from './sweep.js';

/**
 * What the schema cannot say of teachers and students: which settings go together, and how teachers are told apart.
 * @param file what an experiment file says, right or not: what cannot be understood of it is passed over
 * @param points of its sweep
 */
export function roleDiagnostics(file: JsonObject, points: readonly WrittenPoint[]): Diagnostic[] {
  const isList = Array.isArray(file.teacher);
  const teachers: readonly unknown[] = Array.isArray(file.teacher) ? file.teacher : [file.teacher];
  const pathOf = (index: number): JsonPath => (isList ? ['teacher', index] : ['teacher']);
  const students = points.map(({ parts, choices }) =>
    studentDiagnostics(valueAt(parts, ['student'])).map((diagnostic) =>
      choices.some(({ path }) => path === diagnostic.path.join('.')) ? placeInSweep(diagnostic, choices) : diagnostic,
    ),
  );
  return [
    ...teachers.flatMap((teacher, index) => trainableDiagnostics(teacher, { role: 'teacher', path: pathOf(index) })),
    ...nameDiagnostics(teachers, { pathOf }),
    ...twinDiagnostics(teachers, { file, pathOf }),
    // One point of a sweep is enough to be told of.
    ...(students.find((diagnostics) => diagnostics.length > 0) ?? []),
  ];
}

/** Teachers must be told apart by their names. */
function nameDiagnostics(
  teachers: readonly unknown[],
  { pathOf }: { pathOf: (index: number) => JsonPath },
): Diagnostic[] {
  const names = teachers.map((teacher, index) => {
    const name = valueAt(teacher, ['name']);
    if (name === undefined) return defaultTeacherName(index);
    return typeof name === 'string' && name.trim() !== '' ? name.trim() : null;
  });
  return names.flatMap((name, index): Diagnostic[] => {
    if (name === null) return [];
    const named = { code: 'experiment-teacher-name', path: [...pathOf(index), 'name'], at: 'value' } as const;
    const diagnostics: Diagnostic[] = [];
    if (names.indexOf(name) !== index) {
      diagnostics.push({
        ...named,
        message: `Another teacher is called ${shown(name)} already.`,
        fix: 'Give each teacher a name of its own.',
      });
    }
    if (/^(baseline|student)( |$)/.test(name)) {
      diagnostics.push({
        ...named,
        message: `A teacher cannot be called ${shown(name)}: names that begin so belong to other runs.`,
        fix: 'Choose another name.',
      });
    }
    return diagnostics;
  });
}

/** Teachers must be worth training twice. */
function twinDiagnostics(
  written: readonly unknown[],
  { file, pathOf }: { file: JsonObject; pathOf: (index: number) => JsonPath },
): Diagnostic[] {
  const augment = augmentSchema.optional().safeParse(valueAt(file, ['data', 'augment'])).data;
  const teachers = written.map((teacher, index) => {
    const { data } = teacherSchema.safeParse(teacher);
    return data === undefined ? null : resolveTeacher(data, { index, augment });
  });
  const results = teachers.map((teacher) => (teacher === null ? null : resultOf(teacher)));
  return teachers.flatMap((teacher, index): Diagnostic[] => {
    const same = results.indexOf(results[index] ?? null);
    if (teacher === null || same === index) return [];
    const { seed, trainable } = teacher;
    return [
      {
        ...{ code: 'experiment-teacher-twice', path: pathOf(index), at: 'value' },
        ...(trainable === 'none'
          ? { message: `This teacher is teacher[${same}] once more.`, fix: 'Remove it.' }
          : {
              message: `This teacher is teacher[${same}] once more, with the same seed ${seed}.`,
              fix: 'Give it another seed, or remove it.',
            }),
      },
    ];
  });
}

/** All that decides what a teacher comes to. */
function resultOf({ name, seed, train, ...result }: TeacherSpec): string {
  return canonicalJson(result.trainable === 'none' ? result : { ...result, seed, train });
}

function studentDiagnostics(student: unknown): Diagnostic[] {
  const { data } = roleOutlineSchema.safeParse(student);
  if (data === undefined || trainableOf(data, 'student') !== 'none')
    return trainableDiagnostics(student, { role: 'student', path: ['student'] });
  return [
    {
      ...{ code: 'experiment-trainable', path: ['student', 'trainable'], at: 'value' },
      message: 'A student of which nothing is trained learns nothing.',
      fix: 'Write "head" or "all".',
    },
  ];
}

function trainableDiagnostics(
  written: unknown,
  { role, path }: { role: 'teacher' | 'student'; path: JsonPath },
): Diagnostic[] {
  const { data } = roleOutlineSchema.safeParse(written);
  if (data === undefined) return [];
  const about = { trainable: trainableOf(data, role), path };
  return [...outlineDiagnostics(data, about), ...classesDiagnostics(data, about)];
}

function outlineDiagnostics(
  { model, weights }: RoleOutline,
  { trainable, path }: { trainable: Trainable; path: JsonPath },
): Diagnostic[] {
  const diagnostic = { code: 'experiment-trainable', path: [...path, 'trainable'], at: 'value' } as const;
  if (model.kind === 'onnx') {
    const own: Diagnostic[] =
      weights === null
        ? []
        : [
            {
              ...{ code: 'experiment-weights', path: [...path, 'weights'], at: 'value' },
              message: 'An ONNX file holds its own weights; others cannot be put into it.',
              fix: 'Remove `weights`.',
            },
          ];
    if (trainable !== 'all') return own;
    return [
      ...own,
      {
        ...diagnostic,
        message: 'An ONNX file cannot be trained as a whole, for it says nothing of gradients.',
        fix: 'Write "head" to train a new last layer on it, or "none" to use it as it is.',
      },
    ];
  }
  if (trainable !== 'none' || weights !== null) return [];
  return [
    {
      ...diagnostic,
      message: 'A network without `weights` of which nothing is trained answers at random.',
      fix: 'Name a file of `weights`, or write "all".',
    },
  ];
}

/** `classes` speaks of the outputs of a network in a file that are kept. */
function classesDiagnostics(
  { model, weights }: RoleOutline,
  { trainable, path }: { trainable: Trainable; path: JsonPath },
): Diagnostic[] {
  if (model.classes === undefined) return [];
  const diagnostic = { code: 'experiment-classes', path: [...path, 'model', 'classes'], at: 'value' } as const;
  if (model.kind === 'onnx' && trainable === 'head') {
    const message =
      'The outputs of the file are left out where a new head is trained on it: that has the data set’s classes.';
    return [{ ...diagnostic, message, fix: 'Remove `classes`, or write "trainable": "none" to use its own outputs.' }];
  }
  if (model.kind === 'onnx' || weights !== null) return [];
  const message = 'A network that begins anew has the data set’s classes; `classes` is for one from a file.';
  return [{ ...diagnostic, message, fix: 'Remove `classes`, or name a file of `weights`.' }];
}
