import * as z from 'zod';
import { engineChoices, type EngineChoice } from '../parts/engine.js';
import { keepSchema, type KeepSpec } from '../parts/keepSpec.js';
import {
  augmentSchema,
  dataSchemaWith,
  distillSchema,
  modelSchema,
  trainableParts,
  trainSchema,
  type AugmentSpec,
  type DataSpec,
  type DistillSpec,
  type ModelSpec,
  type Trainable,
  type TrainSpec,
  type WeightsSpec,
} from '../spec.js';

/** What a person writes: `*.distill.json`. Made of the parts of a run spec, with room to leave things out. */

const largestSeed = 0xffffffff;
const seed = z.int().min(0).max(largestSeed);

const fileTrainSchema = trainSchema
  .extend({
    augment: augmentSchema
      .optional()
      .describe('Random changes to the training pictures of this role. Without it `data.augment` holds.'),
  })
  .prefault({})
  .describe('How it is trained.');

/** What a teacher and a student have in common. */
const role = {
  model: modelSchema.describe('The network.'),
  weights: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'A safetensors file to start from, relative to the experiment: of timm, torchvision or Distillery. A head for another number of classes is left out and starts anew.',
    ),
  trainable: z
    .enum(trainableParts)
    .optional()
    .describe(
      'What is trained: `all` of it, only the `head` on a frozen backbone, or `none`: it is used as it is. Without it all; of an ONNX file nothing as a teacher, and the head as a student.',
    ),
  train: fileTrainSchema,
};

const studentSchema = z.strictObject(role).describe('The network that learns from the teacher, and how.');

export const teacherSchema = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .optional()
      .describe('What it is called in lists: `teacher`, `teacher 2` without it.'),
    ...role,
    seed: seed
      .optional()
      .describe(
        'Seed of its weights, batches and dropout. Its place in the list, from 0, without it: teachers are trained once, whatever the seeds of the student.',
      ),
  })
  .describe('A network that is trained on the hard labels first and then taught from.');

/** What of a role can be judged whatever else is wrong with it. */
export const roleOutlineSchema = z.object({
  model: z.object({
    kind: z.enum(modelSchema.options.map((form) => form.shape.kind.value)),
    classes: z.unknown().optional(),
  }),
  weights: role.weights,
  trainable: role.trainable,
});
export type RoleOutline = z.output<typeof roleOutlineSchema>;

const distillPart = distillSchema.prefault({ loss: 'hinton' }).describe('How the student learns from the teacher.');

export const experimentFileSchema = z.strictObject({
  $schema: z.string().optional().describe('For editors. Ignored here.'),
  version: z
    .literal(1)
    .optional()
    .describe('The version of this format: 1, also where it is left out. A newer Distillery may write a greater one.'),
  name: z.string().trim().min(1).describe('What the experiment is called.'),
  data: dataSchemaWith({
    augment: augmentSchema
      .optional()
      .describe('Random changes to the training pictures, for every role that says nothing of its own.'),
  }).describe('The data set, and how much of it is used.'),
  teacher: z
    .union([teacherSchema, z.array(teacherSchema).min(1).max(16)])
    .describe('One teacher, or a list of them: an ensemble, whose soft labels are averaged.'),
  student: studentSchema,
  distill: distillPart,
  baseline: z
    .boolean()
    .default(true)
    .describe('Also train the same student on hard labels alone, from the same initial weights, to compare with.'),
  seeds: z
    .array(seed)
    .min(1)
    .default([0])
    .meta({ uniqueItems: true })
    .describe(
      'The student, and its baseline, are trained once for each. They decide the initial weights and the batches.',
    ),
  sweep: z
    .record(z.string(), z.array(z.unknown()).min(1))
    .default({})
    .describe('Settings of `student` or `distill` to try, each with a list of values: every combination is run.'),
  engine: z
    .enum(engineChoices)
    .default('auto')
    .describe(
      'What computes: `auto` is the fastest that is there, by a short measurement; `onnx/cpu` runs everywhere, `onnx/webgpu` on most graphics cards, `onnx/cuda`, `onnx/coreml` and `onnx/directml` where the system has them; `tensorflow` needs tfjs-node; `cpu` is slow and for checking. One that is named and not there is an error.',
    ),
  checkpointSeconds: z
    .number()
    .positive()
    .default(20)
    .describe('Seconds between checkpoints inside an epoch. One is written at the end of every epoch as well.'),
  keep: keepSchema
    .prefault({})
    .describe('What stays of a run for those who look back. It changes nothing of what a run computes.'),
});

/** The part of the file that a sweep may change. */
export const variantFileSchema = z.strictObject({ student: studentSchema, distill: distillPart });

export type ExperimentFile = z.output<typeof experimentFileSchema>;
export type VariantFile = z.output<typeof variantFileSchema>;

/** A network and its training, all defaults filled in. */
export interface RoleSpec {
  readonly model: ModelSpec;
  /** Null where it starts from random numbers. */
  readonly weights: WeightsSpec | null;
  readonly trainable: Trainable;
  readonly train: TrainSpec;
}

export interface TeacherSpec extends RoleSpec {
  readonly name: string;
  readonly seed: number;
}

/** One swept setting and the value it has: `student.train.epochs`, 20. */
export interface SweptValue {
  readonly path: string;
  readonly value: unknown;
}

/** One point of the sweep: what the student is, how it is taught, and which swept values made it so. */
export interface Variant {
  readonly swept: readonly SweptValue[];
  readonly student: RoleSpec;
  readonly distill: DistillSpec;
}

/** An experiment as it is meant: defaults filled in, names given, the sweep laid out. */
export interface Experiment {
  readonly name: string;
  readonly data: DataSpec;
  /** At least one. */
  readonly teachers: readonly TeacherSpec[];
  /** Every point of the sweep, the last key changing fastest; one when nothing is swept. */
  readonly variants: readonly Variant[];
  readonly baseline: boolean;
  readonly seeds: readonly number[];
  readonly engine: EngineChoice;
  readonly checkpointSeconds: number;
  readonly keep: KeepSpec;
}

/** Fills in what depends on other parts of the file: names and seeds of the teachers, augmentation. */
export function resolveExperiment(
  file: ExperimentFile,
  variants: readonly { readonly swept: readonly SweptValue[]; readonly parts: VariantFile }[],
): Experiment {
  const { augment, ...data } = file.data;
  const teachers = Array.isArray(file.teacher) ? file.teacher : [file.teacher];
  return {
    name: file.name,
    data,
    teachers: teachers.map((teacher, index) => resolveTeacher(teacher, { index, augment })),
    variants: variants.map(({ swept, parts }) => ({
      swept,
      student: resolveRole(parts.student, { role: 'student', augment }),
      distill: parts.distill,
    })),
    baseline: file.baseline,
    seeds: file.seeds,
    engine: file.engine,
    checkpointSeconds: file.checkpointSeconds,
    keep: file.keep,
  };
}

/** A teacher, by its place in the list. */
export function resolveTeacher(
  teacher: z.output<typeof teacherSchema>,
  { index, augment }: { index: number; augment: AugmentSpec | undefined },
): TeacherSpec {
  return {
    ...resolveRole(teacher, { role: 'teacher', augment }),
    name: teacher.name ?? defaultTeacherName(index),
    seed: teacher.seed ?? index,
  };
}

/** What is trained of a role that does not say: of an ONNX file a teacher nothing, a student the head. */
export function trainableOf({ model, trainable }: RoleOutline, role: 'teacher' | 'student'): Trainable {
  if (trainable !== undefined) return trainable;
  if (model.kind !== 'onnx') return 'all';
  return role === 'teacher' ? 'none' : 'head';
}

function resolveRole(
  settings: ExperimentFile['student'],
  { role, augment }: { role: 'teacher' | 'student'; augment: AugmentSpec | undefined },
): RoleSpec {
  const { model, weights, train } = settings;
  return {
    model,
    weights: weights === null ? null : { file: weights },
    trainable: trainableOf(settings, role),
    train: { ...train, augment: train.augment ?? augment ?? noAugmentation() },
  };
}

export function defaultTeacherName(index: number): string {
  return index === 0 ? 'teacher' : `teacher ${index + 1}`;
}

function noAugmentation(): AugmentSpec {
  return augmentSchema.parse({});
}
