import type * as z from 'zod';
import { isJsonObject } from '../core/json.js';
import type { JsonPath } from '../core/jsonText.js';
import { ProblemError, type Place, type Problem } from '../core/problem.js';
import { pathText } from '../core/spec/settings/diagnostic.js';
import { valueAt } from '../core/spec/settings/setting.js';
import { newer, newerFormat, writerOf } from './newer.js';
import { runRecordSchema, type RunRecord } from './record.js';

/** A record as far as this build understands it. */
export interface ParsedRecord {
  readonly record: RunRecord;
  /**
   * That the spec has settings which are not known here and were passed over; null where all are. What is trained then
   * would be something else than the record says: it can be looked at, not gone on with.
   */
  readonly passedOver: Problem | null;
}

/** Settings that a newer writer may have added. Each is taken out of a copy of the record. */
const mostUnknown = 100;

/**
 * A run's record from what its file holds. Keys that a newer writer added are passed over, where it does not say that they
 * must be understood.
 * @throws ProblemError `run-newer`, `run-damaged`
 */
export function parseRecord(value: unknown, place: Place): ParsedRecord {
  const what = 'This run';
  const refusal = newerFormat(value, { what, place });
  if (refusal !== null) throw refusal;
  const by = writerOf(value);
  const unknown: JsonPath[] = [];
  let understood = value;
  for (;;) {
    const parsed = runRecordSchema.safeParse(understood);
    if (parsed.success) {
      return { record: parsed.data, passedOver: unknown.length === 0 ? null : passedOver(unknown, { by, place }) };
    }
    const { issues } = parsed.error;
    const strange = issues.flatMap(strangeKeys);
    if (strange.length === 0) throw refused(issues, { value, by, place });
    if (unknown.length + strange.length > mostUnknown) {
      throw damagedRecord(`more than ${mostUnknown.toString()} of its settings are not known`, place);
    }
    unknown.push(...strange);
    understood = strange.reduce(without, understood);
  }
}

/** @throws ProblemError `run-damaged` */
export function damagedRecord(found: string, place: Place): ProblemError {
  return new ProblemError({
    code: 'run-damaged',
    message: `The record of this run is damaged: ${found}.`,
    fix: 'Restore run.json from a copy; the rest of the folder need not be damaged. If a newer Distillery wrote it, update.',
    place,
  });
}

function strangeKeys(issue: z.core.$ZodIssue): JsonPath[] {
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...pathOf(issue), key]) : [];
}

/** A word that is not known is one of a newer writer; anything else was never written by one. */
function refused(
  issues: readonly z.core.$ZodIssue[],
  { value, by, place }: { value: unknown; by: string | null; place: Place },
): ProblemError {
  for (const issue of issues) {
    const path = pathOf(issue);
    const found = valueAt(value, path);
    const isWord = issue.code === 'invalid_value' || issue.code === 'invalid_union';
    if (!isWord || typeof found !== 'string') continue;
    const because = `\`${pathText(path)}\` is ${JSON.stringify(found)}, which is not known here`;
    return newer({ what: 'This run', by, because, place });
  }
  const [issue] = issues;
  return damagedRecord(
    `${issue === undefined ? 'it' : pathText(pathOf(issue)) || 'it'}: ${issue?.message ?? 'unexpected'}`,
    place,
  );
}

function passedOver(unknown: readonly JsonPath[], { by, place }: { by: string | null; place: Place }): Problem {
  const names = unknown.map((path) => `\`${pathText(path)}\``).join(', ');
  const because = `${names} ${unknown.length === 1 ? 'is' : 'are'} not known here and passed over. It can be looked at, but not gone on with, exported or learned from`;
  return newer({ what: 'This run', by, because, place }).problem;
}

const pathOf = ({ path }: z.core.$ZodIssue): JsonPath =>
  path.map((part) => (typeof part === 'symbol' ? String(part) : part));

/** A copy of a value without what is at a path. */
function without(value: unknown, [key, ...rest]: JsonPath): unknown {
  if (key === undefined) return value;
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === key ? without(item, rest) : item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inside]) => {
      if (name !== key) return [[name, inside] as const];
      return rest.length === 0 ? [] : [[name, without(inside, rest)] as const];
    }),
  );
}
