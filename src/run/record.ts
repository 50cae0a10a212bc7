import * as z from 'zod';
import { engineChoices } from '../core/spec/parts/engine.js';
import { keepSchema } from '../core/spec/parts/keepSpec.js';
import { runSpecSchema } from '../core/spec/spec.js';

/**
 * `run.json`: written once, before a trainer is started, and never changed. Keys that are not known are passed over
 * (`parseRecord.ts`); what must be understood is named in `needs`.
 */
export const runRecordSchema = z.object({
  version: z.literal(1),
  needs: z.array(z.string()).exactOptional(),
  id: z.string(),
  spec: runSpecSchema,
  specHash: z.string().regex(/^[0-9a-f]{64}$/),
  /**
   * The experiment it came from: its name, and its file where there was one, as an absolute path and as seen from the
   * runs folder, with `/`. Older records have the absolute path only. `experimentHome.ts` knows where it lies now.
   */
  experiment: z.object({ name: z.string(), file: z.string().nullable(), relative: z.string().exactOptional() }),
  /** Run ids, beside this run in the same runs folder: the teachers, in the order of `spec.teachers`. */
  teachers: z.array(z.string()),
  /** The run of the baseline student with the same seed. */
  baseline: z.string().nullable(),
  /**
   * The run whose checkpoint, log and logits this one began with: the same training of another length. `specHash` is
   * what that checkpoint names, `epochs` how many were over, with fractions.
   */
  continuedFrom: z
    .object({ run: z.string(), specHash: z.string(), step: z.int().positive(), epochs: z.number().positive() })
    .exactOptional(),
  created: z.string(),
  /** The commit of the experiment's folder, and whether it had uncommitted changes. Null outside git. */
  git: z.object({ commit: z.string(), dirty: z.boolean() }).nullable(),
  versions: z.record(z.string(), z.string()),
  /** How to execute it. No part of the hash: none of it changes what is computed. */
  execution: z.object({
    engine: z.enum(engineChoices),
    /** Seconds between checkpoints inside an epoch; one is also written at the end of every epoch. */
    checkpointSeconds: z.number().positive(),
    /** Which logits stay. Absent in older records: then all do, until a person thins the run. */
    keep: keepSchema.exactOptional(),
  }),
});

export type RunRecord = z.output<typeof runRecordSchema>;
