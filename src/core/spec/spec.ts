import * as z from 'zod';
import { dataSchema } from '../datasets/datasets.js';
import { distillSchema } from '../losses/losses.js';
import { modelSchema } from './parts/modelSpec.js';
import { trainSchema } from './parts/trainSpec.js';

export * from './parts/augmentSpec.js';
export { dataSchema, dataSchemaWith, type DataSpec } from '../datasets/datasets.js';
export type { ImagesSpec } from '../datasets/images.js';
export { distillSchema, type DistillLoss, type DistillSpec } from '../losses/losses.js';
export * from './parts/inputSpec.js';
export * from './parts/modelSpec.js';
export * from './parts/trainSpec.js';

/**
 * The parts an experiment and a run are made of. Everything here is *resolved*: defaults are filled in by the
 * schema, so that what a run was trained with never depends on the version that reads it.
 */

/** What of a network learns: all of it, its last linear layer on a frozen backbone, or nothing. */
export const trainableParts = ['all', 'head', 'none'] as const;
export type Trainable = (typeof trainableParts)[number];

/** A file of weights to start from. Where its contents are known they count for the hash of a spec, and its place does not. */
export const weightsSchema = z.strictObject({
  file: z.string(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type WeightsSpec = z.output<typeof weightsSchema>;

export const roles = ['teacher', 'baseline', 'student'] as const;

/**
 * One fully resolved run: all that decides its result. Teachers are named by their own spec hashes, so the hash of a
 * student says which teachers it learned from, whatever their run folders are called.
 */
export const runSpecSchema = z.strictObject({
  version: z.literal(1),
  role: z.enum(roles),
  /** What a person calls it: `teacher`, `teacher 2`, `student`. No part of the hash. */
  name: z.string(),
  seed: z.int().min(0).max(0xffffffff),
  data: dataSchema,
  model: modelSchema,
  weights: weightsSchema.nullable().default(null),
  trainable: z.enum(trainableParts).default('all'),
  train: trainSchema,
  /** Null for teachers and baselines: hard labels only. */
  distill: distillSchema.nullable(),
  teachers: z.array(z.string()),
});

export type Role = (typeof roles)[number];
export type RunSpec = z.output<typeof runSpecSchema>;
