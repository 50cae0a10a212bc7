import * as z from 'zod';
import { recordOf, sometimesLogged } from '../../core/metrics.js';

/** A measured number. JSON has no NaN and no infinity and writes null for them: a loss that diverged reads as NaN. */
const measured = z
  .number()
  .nullable()
  .transform((value) => value ?? NaN);

/** What some logs have of a step: see the table of metrics. */
const sometimes = <Value extends z.ZodType>(value: Value) => recordOf(sometimesLogged, () => value.optional());

/**
 * Mean loss and share of correct answers over a split. `distillationLoss` only where there is a teacher; of the training
 * set then also the means of what the steps logged of gradients.
 */
export const metricsSchema = z.object({
  n: z.int(),
  errors: z.int(),
  accuracy: z.number(),
  /** Mean of the share of right answers over the classes that occur. Not of training sets, nor in older logs. */
  balancedAccuracy: z.number().optional(),
  loss: measured,
  ...sometimes(measured),
});

/** Older builds call what to do `mend`. */
function withFix(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('mend' in value) || 'fix' in value) return value;
  const { mend: fix, ...others } = value;
  return { ...others, fix };
}

export const problemSchema = z.preprocess(
  withFix,
  z.object({
    code: z.string(),
    message: z.string(),
    fix: z.string().exactOptional(),
    place: z
      .object({
        file: z.string().exactOptional(),
        line: z.number().exactOptional(),
        column: z.number().exactOptional(),
        path: z.string().exactOptional(),
      })
      .exactOptional(),
  }),
);

/** Milliseconds since 1970, at the moment of writing. */
const time = z.number();

/** One value for every step of the entry, or a single value that held for all of them. */
const column = z.union([measured, z.array(measured)]);

/**
 * Steps in one entry. A trainer gathers those of a fifth of a second, and of one call: some thousand of the smallest
 * network. A single value may stand for all of them, so without a bound a few bytes would fill the memory.
 */
export const mostSteps = 65_536;

/** Whether every list of an entry has a value for each of its steps. */
function listsFit({ count, ...columns }: { readonly count: number; readonly [name: string]: unknown }): boolean {
  return Object.values(columns).every((column) => !Array.isArray(column) || column.length === count);
}

/** What came of a file of weights that a run began from. */
export const weightsReportSchema = z.object({
  file: z.string(),
  /** How many tensors of the network have their values from the file. */
  loaded: z.int(),
  /** Tensors of the file that were left out, and why. */
  skipped: z.array(z.object({ name: z.string(), why: z.string() })),
  /** Tensors whose values were made for other pictures, and from what to what they were resized. Absent in older logs. */
  resized: z.array(z.object({ name: z.string(), from: z.string(), to: z.string() })).default([]),
  /** Tensors of the network that are not in the file and began anew. */
  missing: z.array(z.string()),
  /** What stood before all names in the file and was taken off, as `module.`; nothing in older logs. */
  prefix: z.string().default(''),
  /** The library under whose names they are, where those differ from ours; null in older logs. */
  naming: z.string().nullable().default(null),
});
export type WeightsReport = z.output<typeof weightsReportSchema>;

/** One line of `log.jsonl`. */
export const entrySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('started'),
    time,
    version: z.literal(1),
    /** What a reader must understand: see `newer.ts`. */
    needs: z.array(z.string()).optional(),
    pid: z.int(),
    /** When that process began, as the operating system tells it: a pid alone is reused. */
    pidStart: z.string(),
    host: z.string(),
    /** The running system and the namespace of `pid`, as in src/node/processes/process.ts. Absent in logs from before they were kept. */
    boot: z.string().optional(),
    pidNamespace: z.string().optional(),
    engine: z.string(),
    device: z.string(),
    /** Threads on the CPU, which decide the last bits of some networks. Absent in logs from before they were kept. */
    threads: z.int().positive().optional(),
    parameters: z.int(),
    /** Total steps of the run, and steps an epoch. */
    steps: z.int(),
    stepsPerEpoch: z.int(),
    examples: z.object({ train: z.int(), validation: z.int(), test: z.int() }),
    /** Steps already done when this process took over; entries of an earlier process beyond it are void. */
    resumedFrom: z.int(),
    /** Names of the classes. Absent, as the files of pictures, in logs from before they were kept. */
    classes: z.array(z.string()).optional(),
    /** Size of a picture of the data set, before the network's own preprocessing. Absent in logs from before it was kept. */
    picture: z.object({ height: z.int(), width: z.int(), channels: z.int() }).optional(),
    /** Files of the evaluation pictures by split, relative to the runs folder. */
    pictures: z.object({ validation: z.string().optional(), test: z.string().optional() }).optional(),
  }),
  weightsReportSchema.extend({ type: z.literal('weights'), time }),
  /** A decision of the trainer that a person should know of. */
  z.object({ type: z.literal('note'), time, text: z.string() }),
  /** What a person must see although the run goes on: its result may not mean what it seems to. */
  z.object({ type: z.literal('warning'), time, problem: problemSchema }),
  z.object({ type: z.literal('progress'), time, what: z.string(), done: z.number(), total: z.number() }),
  z
    .object({
      type: z.literal('steps'),
      time,
      /** Number of the first step in the entry, counted from 1: the loss of step n is measured before its update. */
      first: z.int(),
      count: z.int().min(0).max(mostSteps),
      loss: column,
      ...sometimes(column),
      learningRate: column,
      examplesPerSecond: measured,
    })
    .refine(listsFit, { error: 'a list has another number of values than there are steps', path: ['count'] }),
  z.object({
    type: z.literal('epoch'),
    time,
    epoch: z.int(),
    step: z.int(),
    /** Averages over the epoch's batches, as the student was while it learned. Absent where nothing is trained. */
    train: metricsSchema.optional(),
    validation: metricsSchema.optional(),
    test: metricsSchema,
    /** Files of logits by split, relative to the run folder. */
    logits: z.object({ validation: z.string().optional(), test: z.string() }),
    /** Seconds spent on this run so far, by all its processes together. */
    seconds: z.number(),
  }),
  z.object({ type: z.literal('checkpoint'), time, step: z.int(), file: z.string() }),
  /** How the card is that computes. What it does not tell is absent. */
  z.object({
    type: z.literal('device'),
    time,
    name: z.string(),
    /** Per cent of the time that it computed. */
    utilization: z.number().optional(),
    /** Bytes. */
    memoryUsed: z.number().optional(),
    memoryTotal: z.number().optional(),
    /** Degrees Celsius. */
    temperature: z.number().optional(),
    /** Watts. */
    power: z.number().optional(),
  }),
  z.object({ type: z.literal('alive'), time }),
  z.object({ type: z.literal('finished'), time, step: z.int(), seconds: z.number(), test: metricsSchema }),
  z.object({ type: z.literal('stopped'), time, step: z.int(), seconds: z.number() }),
  z.object({ type: z.literal('failed'), time, problem: problemSchema }),
]);

export type Metrics = z.output<typeof metricsSchema>;
export type Entry = z.output<typeof entrySchema>;
export type EntryOf<T extends Entry['type']> = Extract<Entry, { type: T }>;
