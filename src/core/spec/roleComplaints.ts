import { shown, type Complaint } from './complaint.js';
import type { Experiment, RoleSpec } from './experiment.js';
import { canonicalJson } from '../json.js';
import type { JsonPath } from '../jsonText.js';

/** What the schema cannot say of teachers and students: which settings go together, and how teachers are told apart. */
export function roleComplaints(experiment: Experiment, { isList }: { isList: boolean }): Complaint[] {
  const { teachers, variants } = experiment;
  const pathOf = (index: number): JsonPath => (isList ? ['teacher', index] : ['teacher']);
  const students = variants.map(({ student }) => studentComplaints(student));
  return [
    ...teachers.flatMap((teacher, index) => trainableComplaints(teacher, { path: pathOf(index) })),
    ...teacherComplaints(experiment, { pathOf }),
    // One point of a sweep is enough to be told of.
    ...(students.find((complaints) => complaints.length > 0) ?? []),
  ];
}

/** Teachers must be told apart by their names, and be worth training twice. */
function teacherComplaints({ teachers }: Experiment, { pathOf }: { pathOf: (index: number) => JsonPath }): Complaint[] {
  const results = teachers.map(({ name, seed, train, ...result }) =>
    canonicalJson(result.trainable === 'none' ? result : { ...result, seed, train }),
  );
  return teachers.flatMap(({ name, seed, trainable }, index): Complaint[] => {
    const teacher = pathOf(index);
    const named = { code: 'experiment-teacher-name', path: [...teacher, 'name'], at: 'value' } as const;
    const complaints: Complaint[] = [];
    if (teachers.findIndex((other) => other.name === name) !== index) {
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
    const same = results.findIndex((result) => result === results[index]);
    if (same !== index) {
      complaints.push({
        ...{ code: 'experiment-teacher-twice', path: teacher, at: 'value' },
        ...(trainable === 'none'
          ? { message: `This teacher is teacher[${same}] once more.`, mend: 'Remove it.' }
          : {
              message: `This teacher is teacher[${same}] once more, with the same seed ${seed}.`,
              mend: 'Give it another seed, or remove it.',
            }),
      });
    }
    return complaints;
  });
}

function studentComplaints(student: RoleSpec): Complaint[] {
  if (student.trainable !== 'none') return trainableComplaints(student, { path: ['student'] });
  return [
    {
      ...{ code: 'experiment-trainable', path: ['student', 'trainable'], at: 'value' },
      message: 'A student of which nothing is trained learns nothing.',
      mend: 'Write "head" or "all".',
    },
  ];
}

function trainableComplaints({ model, weights, trainable }: RoleSpec, { path }: { path: JsonPath }): Complaint[] {
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
