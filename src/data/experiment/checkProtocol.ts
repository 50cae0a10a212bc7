import * as z from 'zod';
import { engineChoices } from '../../core/spec/parts/engine.js';
import { keepSchema } from '../../core/spec/parts/keepSpec.js';
import { runSpecSchema } from '../../core/spec/spec.js';
import { problemSchema } from '../../run/log/entry.js';

/** What the process that checks is asked, as JSON on its standard input. */
export const checkQuestionSchema = z.object({
  /** What is to be run, with absolute paths; what does not differ in what is checked need not be there twice. */
  specs: z.array(runSpecSchema),
  engine: z.enum(engineChoices),
  /** Which logits stay: how much room they take depends on it. */
  keep: keepSchema,
  /** Where the runs are to be: fetched data and what was decoded lie beside them. */
  runsDir: z.string(),
  /** Absolute path of the experiment; null where it is no file. */
  experimentFile: z.string().nullable(),
  /** Whether files are read to their end and pictures decoded, to be kept for the runs: that may take minutes. */
  whole: z.boolean(),
});
export type CheckQuestion = z.output<typeof checkQuestionSchema>;

const found = z.object({
  /** Which of the specs it is of; null where it is of none alone. */
  spec: z.int().nullable(),
  /** Keys from the spec to the setting that is meant: `model`, `patch`. */
  path: z.array(z.string()),
  problem: problemSchema,
});

/** What it answers: JSON, a line each. The last one is `done`; without it something ended the process. */
export const checkLineSchema = z.discriminatedUnion('type', [
  found.extend({ type: z.literal('problem') }),
  found.extend({ type: z.literal('warning') }),
  /** Long work, and how far it is. */
  z.object({ type: z.literal('progress'), what: z.string(), done: z.number(), total: z.number() }),
  /** Something that was looked at and is as it should be, for people. */
  z.object({ type: z.literal('looked'), text: z.string() }),
  z.object({ type: z.literal('done') }),
]);
export type CheckLine = z.output<typeof checkLineSchema>;
/** A problem or a warning, and the setting of a spec that it is about. */
export type CheckFinding = z.output<typeof found>;
