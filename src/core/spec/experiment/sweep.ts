import { oneOfWords, quoted } from '../settings/allowed.js';
import { pathText, type Diagnostic } from '../settings/diagnostic.js';
import { everyFault } from '../settings/everyFault.js';
import { variantFileSchema, type SweptValue, type VariantFile } from './experiment.js';
import { sweptParts } from './experimentJsonSchema.js';
import { isJsonObject, type JsonObject } from '../../json.js';
import { startsWith, type JsonPath } from '../../jsonText.js';
import { property, withDiscriminators, withValue, type SettingSchema } from '../settings/setting.js';
import { nearest } from '../settings/suggestion.js';
import { count } from '../../words.js';

const mostPoints = 1000;
/** Faults of a file, and of its sweep, beyond which no more points are looked at: each would be checked against all. */
const mostFaults = 200;

/** One point of a sweep: the swept values, and the parts of the file they lead to. */
export interface SweepPoint {
  readonly swept: readonly SweptValue[];
  readonly parts: VariantFile;
}

/** The sweep of a file laid out, and what is wrong with it. */
export interface Sweep {
  readonly points: readonly SweepPoint[];
  /** What every point says of `student` and `distill`, whether it may or not. */
  readonly written: readonly WrittenPoint[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A point of a sweep as it is written. */
export interface WrittenPoint {
  readonly choices: readonly Choice[];
  readonly parts: unknown;
}

/** A swept value and the place of the file it comes from. */
export interface Choice extends SweptValue {
  readonly index: number;
}

/**
 * Every combination of the swept values, each put into the file as it was written and checked there: what an optimizer
 * may be set to depends on its kind, which may be swept too. The last key changes fastest.
 * @param file the file's value, discriminators written out
 * @param known what is wrong with the file already, and need not be said again
 */
export function layOutSweep(
  file: JsonObject,
  { schema, known }: { schema: SettingSchema; known: readonly Diagnostic[] },
): Sweep {
  const sweep = isJsonObject(file.sweep) ? file.sweep : {};
  const written = Object.entries(sweep).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  const strange = strangePaths(Object.keys(sweep), property(schema, 'sweep') ?? {});
  const faults = [
    ...strange,
    ...written.flatMap(([path, values]) => repeatedValues(values, { path: ['sweep', path] })),
  ];
  const isStrange = (path: string): boolean => strange.some((diagnostic) => diagnostic.path[1] === path);
  const lists = written.filter(([path, values]) => !isStrange(path) && values.length > 0);
  const size = lists.reduce((product, [, values]) => product * values.length, 1);
  if (size > mostPoints) faults.push(tooManyPoints(lists.map(([, values]) => values.length)));

  const points: SweepPoint[] = [];
  const all: WrittenPoint[] = [];
  const diagnostics = new Map<string, Diagnostic>();
  const laidOut = size > mostPoints ? oneByOne(lists) : combinations(lists);
  for (const choices of laidOut.slice(0, mostPoints)) {
    if (known.length + diagnostics.size > mostFaults) break;
    const parts = withChoices({ student: file.student, distill: file.distill }, { choices, schema });
    all.push({ choices, parts });
    const parsed = variantFileSchema.safeParse(parts);
    if (parsed.success) {
      points.push({ swept: choices.map(({ path, value }) => ({ path, value })), parts: parsed.data });
      continue;
    }
    if (choices.length === 0) continue;
    for (const diagnostic of everyFault(parts, { by: variantFileSchema, schema })) {
      if (isSaid(diagnostic, { known, choices })) continue;
      const placed = placeInSweep(diagnostic, choices);
      diagnostics.set(JSON.stringify([placed.path, placed.message]), placed);
    }
  }
  return { points, written: all, diagnostics: [...faults, ...diagnostics.values()] };
}

/** Whether it is said of the file already: the same, or that what it is about is missing or something else. */
function isSaid(
  { path, message }: Diagnostic,
  { known, choices }: { known: readonly Diagnostic[]; choices: readonly Choice[] },
): boolean {
  // A value of the sweep stands in the file's place: that the file's own is wrong in the same way does not say it.
  if (choices.some((choice) => startsWith(path, choice.path.split('.')))) return false;
  if (known.some((diagnostic) => sameJson([diagnostic.path, diagnostic.message], [path, message]))) return true;
  return known.some((diagnostic) => diagnostic.at !== 'key' && startsWith(path, diagnostic.path));
}

/** Each value with the first of all others: enough to see what is wrong with it alone. */
function oneByOne(lists: readonly (readonly [string, readonly unknown[]])[]): Choice[][] {
  const first = lists.map(([path, [value]]) => ({ path, value, index: 0 }));
  return lists.flatMap(([path, values], list) =>
    values.map((value, index) => first.map((choice, at) => (at === list ? { path, value, index } : choice))),
  );
}

function combinations(lists: readonly (readonly [string, readonly unknown[]])[]): Choice[][] {
  return lists.reduce<Choice[][]>(
    (points, [path, values]) =>
      points.flatMap((point) => values.map((value, index) => [...point, { path, value, index }])),
    [[]],
  );
}

function withChoices(
  parts: JsonObject,
  { choices, schema }: { choices: readonly Choice[]; schema: SettingSchema },
): unknown {
  const changed = choices.reduce<unknown>(
    (inside, { path, value }) => withValue(inside, path.split('.'), value),
    parts,
  );
  return withDiscriminators(schema, changed);
}

/** Where in the sweep a diagnostic about one of its points comes from. */
export function placeInSweep(diagnostic: Diagnostic, choices: readonly Choice[]): Diagnostic {
  const unknown = choices.find(({ path }) => diagnostic.at === 'key' && startsWith(path.split('.'), diagnostic.path));
  const { code, at, message, fix } = diagnostic;
  // What would fix the file is no replacement for a path or a value of the sweep.
  if (unknown !== undefined) return { code, at, message, fix, path: ['sweep', unknown.path] };
  const inside = choices.find(({ path }) => startsWith(diagnostic.path, path.split('.')));
  if (inside !== undefined) {
    const rest = diagnostic.path.slice(inside.path.split('.').length);
    return { ...diagnostic, path: ['sweep', inside.path, inside.index, ...rest] };
  }
  const closest = choices.reduce((best, choice) =>
    sharedStart(choice.path.split('.'), diagnostic.path) > sharedStart(best.path.split('.'), diagnostic.path)
      ? choice
      : best,
  );
  return {
    ...{ code, fix, at: 'value', path: ['sweep', closest.path, closest.index] },
    message: `With this, ${quoted(pathText(diagnostic.path))} does not fit: ${message}`,
  };
}

function sharedStart(a: JsonPath, b: JsonPath): number {
  const differ = a.findIndex((part, at) => part !== b[at]);
  return differ === -1 ? a.length : differ;
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function strangePaths(paths: readonly string[], schema: SettingSchema): Diagnostic[] {
  const known = Object.keys(schema.properties ?? {});
  return paths.flatMap((path): Diagnostic[] => {
    const place = { path: ['sweep', path], at: 'key' } as const;
    if (!known.includes(path)) {
      const near = nearest(path, known);
      return [
        {
          ...place,
          code: 'experiment-sweep-path',
          message: `${quoted(path)} cannot be swept: expected a setting of ${oneOfWords(sweptParts.map(quoted))}, such as \`distill.temperature\`.`,
          fix: near === null ? 'Remove it, or write the whole path of a setting.' : `Did you mean ${quoted(near)}?`,
          ...(near !== null && { replacement: JSON.stringify(near) }),
        },
      ];
    }
    const outer = paths.find((other) => path.startsWith(`${other}.`));
    if (outer === undefined) return [];
    return [
      {
        ...place,
        code: 'experiment-sweep-path',
        message: `${quoted(path)} is a part of ${quoted(outer)}, which is swept as well.`,
        fix: 'Sweep one of the two.',
      },
    ];
  });
}

function tooManyPoints(lengths: readonly number[]): Diagnostic {
  const product = lengths.length > 1 ? ` (${shownProduct(lengths)})` : '';
  const size = lengths.reduce((product, length) => product * length, 1);
  return {
    code: 'experiment-sweep-size',
    path: ['sweep'],
    at: 'key',
    message: `The sweep has ${sizeWords(size)} combinations${product}: expected at most ${count(mostPoints)}.`,
    fix: 'Sweep fewer values at a time.',
  };
}

const sizeWords = (size: number): string => (size < 1e15 ? count(size) : `about ${size.toExponential(0)}`);

/** `5 × 4 × 80`, of many factors the first. */
const shownProduct = (lengths: readonly number[]): string =>
  [...lengths.slice(0, 6).map(count), ...(lengths.length > 6 ? ['…'] : [])].join(' × ');

/** The entries of a list that are there already. */
export function repeatedValues(values: readonly unknown[], { path }: { path: JsonPath }): Diagnostic[] {
  const seen = new Set<string>();
  return values.flatMap((value, index) => {
    const text = JSON.stringify(value);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    return [
      {
        code: 'experiment-repeated',
        path: [...path, index],
        at: 'value',
        message: `${text} is in the list already.`,
        fix: 'Remove one of the two: it would be the same run again.',
      } as const,
    ];
  });
}
