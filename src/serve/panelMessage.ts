import * as z from 'zod';
import { ProblemError } from '../core/problem.js';
import type { ToHost } from '../panel/protocol.js';

const run = z.string();
const split = z.enum(['validation', 'test']);
const id = z.int().nonnegative();
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
/** More are never shown at once. */
const mostPictures = 5000;
/** A sweep has no more points, and ten seeds of each. */
const mostRuns = 10_000;

const request = z.discriminatedUnion('name', [
  z.strictObject({
    type: z.literal('request'),
    id,
    name: z.literal('logits'),
    run,
    split,
    epoch: z.int().nonnegative(),
  }),
  z.strictObject({
    type: z.literal('request'),
    id,
    name: z.literal('pictures'),
    run,
    split,
    indices: z.array(z.int().nonnegative()).max(mostPictures).readonly(),
  }),
  z.strictObject({ type: z.literal('request'), id, name: z.literal('paired'), run, baseline: run }),
  z.strictObject({ type: z.literal('request'), id, name: z.enum(['testSet', 'folder', 'plan']), run }),
  z.strictObject({
    type: z.literal('request'),
    id,
    name: z.literal('train'),
    run,
    keys: z.array(z.string()).min(1).max(mostRuns).readonly(),
  }),
]);

const command = z.discriminatedUnion('command', [
  z.strictObject({
    type: z.literal('command'),
    command: z.enum(['stop', 'resume', 'fix', 'openRun', 'openJson', 'reveal', 'showOutput']),
    run,
  }),
  z.strictObject({ type: z.literal('command'), command: z.literal('openExperiment'), run }),
  z.strictObject({
    type: z.literal('command'),
    command: z.literal('showRuns'),
    run,
    runs: z.array(run).min(1).max(mostRuns).readonly(),
  }),
  z.strictObject({
    type: z.literal('command'),
    command: z.literal('save'),
    name: z.string().regex(/^[^/\\\p{Cc}]{1,120}$/u),
    format: z.enum(['png', 'svg', 'csv']),
    bytes,
  }),
]);

/**
 * A schema of exactly a type: whatever it takes is of the type, and whatever is of the type it takes. A message without
 * its validator does not compile, nor does a validator without its message.
 */
const exactly =
  <T>() =>
  <S extends z.ZodType<T>>(schema: [T] extends [z.output<S>] ? S : never): z.ZodType<T> =>
    schema;

const message = exactly<ToHost>()(
  z.union([z.strictObject({ type: z.literal('ready'), version: z.int() }), request, command]),
);

const numbered = z.object({ type: z.literal('request'), id });

/** The number of a request whatever else is wrong with it; null for what is none. */
export function requestId(value: unknown): number | null {
  return numbered.safeParse(value).data?.id ?? null;
}

/** A message of the panel, which may hold anything. @throws ProblemError `panel-message` */
export function parsePanelMessage(value: unknown): ToHost {
  const parsed = message.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ProblemError({
    code: 'panel-message',
    message: `The panel sent something that is no message of it: ${z.prettifyError(parsed.error)}`,
    fix: 'Close the panel and open it again.',
  });
}
