import type * as z from 'zod';
import { quoted } from './allowed.js';
import { pathText, unknownKey, type Diagnostic } from './diagnostic.js';
import { isJsonObject } from '../../json.js';
import { startsWith, type JsonPath } from '../../jsonText.js';
import {
  discriminators,
  formsOf,
  settingAt,
  valueAt,
  withDiscriminators,
  withValue,
  type SettingSchema,
} from './setting.js';
import { settingDiagnostics } from './settingDiagnostic.js';
import { nearest } from './suggestion.js';

/** What a value is checked by: zod's schema, and the same as JSON Schema, for the words. */
export interface Check {
  readonly by: z.ZodType;
  readonly schema: SettingSchema;
}

/**
 * Everything that is wrong with the settings of a value. Where the kind of an object is not known, zod looks at nothing
 * else in it: its other settings are then checked as those of the kind that was most likely meant, or, where none is
 * near, by what all kinds agree on.
 */
export function everyFault(value: unknown, check: Check): Diagnostic[] {
  return faultsInside([], value, check);
}

function faultsInside(around: JsonPath, written: unknown, check: Check): Diagnostic[] {
  const value = withDiscriminators(check.schema, written);
  const parsed = check.by.safeParse(value);
  if (parsed.success) return [];
  const diagnostics = settingDiagnostics(parsed.error.issues, { value, schema: check.schema });
  const faults = diagnostics
    .filter(({ path }) => startsWith(path, around))
    .flatMap((diagnostic) => [diagnostic, ...hiddenBy(diagnostic, value, check)]);
  return onePerPlace(faults);
}

/** What is wrong beside a discriminator that is missing or unknown. */
function hiddenBy({ path }: Diagnostic, value: unknown, check: Check): Diagnostic[] {
  const around = path.slice(0, -1);
  if (path.length === 0 || !isJsonObject(valueAt(value, around))) return [];
  const forms = formsOf(settingAt(check.schema, { value, path: around }) ?? {});
  const kinds = forms.flatMap(discriminators).filter(([key]) => key === path.at(-1));
  if (kinds.length < 2) return [];
  const names = kinds.map(([, name]) => name);
  const found = valueAt(value, path);
  const near = typeof found === 'string' ? nearest(found, names) : null;
  const known = [...new Set(forms.flatMap(({ properties = {} }) => Object.keys(properties)))];
  const asEach = (near === null ? names : [near]).map((name) =>
    faultsInside(around, withValue(value, path, name), check),
  );
  return agreed(asEach, { around, known });
}

/** Settings that every kind finds fault with, in the words of one that has them. */
function agreed(
  asEach: readonly (readonly Diagnostic[])[],
  { around, known }: { around: JsonPath; known: readonly string[] },
): Diagnostic[] {
  const keyOf = ({ path }: Diagnostic) => path[around.length];
  const keys = [...new Set(asEach.flat().map(keyOf))].filter((key) => key !== undefined);
  return keys.flatMap((key): readonly Diagnostic[] => {
    const ofKey = asEach.map((diagnostics) => diagnostics.filter((diagnostic) => keyOf(diagnostic) === key));
    if (ofKey.some((diagnostics) => diagnostics.length === 0)) return [];
    const isStrange = ({ path, code }: Diagnostic): boolean =>
      code === 'experiment-unknown-key' && path.length === around.length + 1;
    const fromOwner = ofKey.find((diagnostics) => !diagnostics.some(isStrange));
    if (fromOwner !== undefined) return fromOwner;
    const [only = [], ...others] = ofKey;
    return others.length === 0 ? only : [unknownKey([...around, key], { known, where: quoted(pathText(around)) })];
  });
}

function onePerPlace(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const first = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const place = JSON.stringify(diagnostic.path);
    if (!first.has(place)) first.set(place, diagnostic);
  }
  return [...first.values()];
}
