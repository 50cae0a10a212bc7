import * as z from 'zod';
import { ProblemError, type Place } from '../core/problem.js';

/**
 * What a writer says of its format, in the run record, in the log's `started` entries and in checkpoints. Keys that a
 * reader does not know are passed over. Where that would do harm the writer says so: by names in `needs` of what a reader
 * must understand, or by a greater `version` where nothing is as it was.
 */
const formatSchema = z.object({
  version: z.unknown(),
  needs: z.array(z.string()).catch([]),
  versions: z.object({ distillery: z.string() }).nullable().catch(null),
});

/** The only version so far, of each of them. */
const knownVersion = 1;

/** What `needs` may name: nothing yet, for nothing was added that does harm when it is passed over. */
const understood: ReadonlySet<string> = new Set<string>();

/**
 * What keeps this build from reading what a newer one wrote; null where nothing does, as far as the writer says.
 * @param what was written: `This run`
 */
export function newerFormat(value: unknown, { what, place }: { what: string; place: Place }): ProblemError | null {
  const format = formatSchema.safeParse(value).data;
  if (format === undefined) return null;
  const { version, needs } = format;
  const unknown = needs.filter((need) => !understood.has(need));
  if (typeof version === 'number' && version > knownVersion) {
    return newer({
      what,
      by: writerOf(value),
      because: `its format has version ${version}, known is ${knownVersion}`,
      place,
    });
  }
  if (unknown.length === 0) return null;
  return newer({
    what,
    by: writerOf(value),
    because: `it needs ${unknown.map((need) => `\`${need}\``).join(', ')}`,
    place,
  });
}

/** The version of Distillery that wrote a record; null where it does not say. */
export function writerOf(value: unknown): string | null {
  return formatSchema.safeParse(value).data?.versions?.distillery ?? null;
}

/** @param because what of it is not understood here */
export function newer({
  what,
  by,
  because,
  place,
}: {
  what: string;
  by: string | null;
  because: string;
  place: Place;
}): ProblemError {
  return new ProblemError({
    code: 'run-newer',
    message: `${what} was written by a newer Distillery${by === null ? '' : ` (version ${by})`}: ${because}.`,
    fix: 'Update Distillery. Nothing is wrong with what is stored.',
    place,
  });
}
