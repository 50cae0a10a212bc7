import type * as z from 'zod';
import { allowedWords, oneOfWords, quoted } from './allowed.js';
import { pathText, shown, unknownKey, type Diagnostic } from './diagnostic.js';
import { isJsonObject } from '../../json.js';
import type { JsonPath } from '../../jsonText.js';
import { discriminators, formOf, formsOf, property, settingAt, takes, valueAt, type SettingSchema } from './setting.js';
import { likelyValue, writtenValue } from './likelyValue.js';
import { nearest } from './suggestion.js';
import { counted } from '../../words.js';

type Issue = z.core.$ZodIssue;

/** A value that zod has checked, from the root, and what it may be. */
interface Checked {
  readonly value: unknown;
  readonly schema: SettingSchema;
}

/** Diagnostics of one kind and place, or of one value: whoever fixes so many sees the others then. */
const mostDiagnostics = 200;

/** Puts what zod found into words: what was found, what is allowed, and what to do. Of very many faults the first. */
export function settingDiagnostics(issues: readonly Issue[], checked: Checked): Diagnostic[] {
  return issues.slice(0, mostDiagnostics).flatMap((issue) => complain(issue, { path: toPath(issue.path), checked }));
}

function complain(issue: Issue, { path, checked }: { path: JsonPath; checked: Checked }): Diagnostic[] {
  if (issue.code === 'unrecognized_keys') {
    const diagnostics = issue.keys.slice(0, mostDiagnostics).map((key) => strangeKey(key, { path, checked }));
    const last = diagnostics.pop();
    const more = issue.keys.length - mostDiagnostics;
    if (last === undefined) return [];
    return [
      ...diagnostics,
      more > 0
        ? { ...last, message: `${last.message} ${counted(more, 'more key')} here are no settings either.` }
        : last,
    ];
  }
  if (issue.code === 'invalid_union') {
    // Only the form that was meant is worth talking about: a single object, or a list of them.
    const [meant, ...others] = issue.errors.filter((errors) => !errors.some(isOfAnotherType));
    if (meant !== undefined && others.length === 0) {
      return meant.flatMap((inner) => complain(inner, { path: [...path, ...toPath(inner.path)], checked }));
    }
  }
  const setting = settingAt(checked.schema, { value: checked.value, path }) ?? {};
  return [wrongValue(issue, { path, setting, checked })];
}

function isOfAnotherType(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

function strangeKey(
  key: string,
  { path, checked: { schema, value } }: { path: JsonPath; checked: Checked },
): Diagnostic {
  const setting = settingAt(schema, { value, path }) ?? {};
  const form = formOf(setting, valueAt(value, path)) ?? {};
  const where = path.length === 0 ? 'an experiment' : quoted(pathText(path));
  const known = Object.keys(form.properties ?? {});
  // Another kind helps only who wrote what that kind understands.
  const owners = formsOf(setting).filter((other) => {
    const owned = property(other, key);
    return owned !== null && takes(owned, valueAt(value, [...path, key]));
  });
  const [name] = discriminators(form)[0] ?? [];
  if (owners.length === 0 || name === undefined) return unknownKey([...path, key], { known, where });
  const belongsTo = oneOfWords(owners.flatMap(discriminators).map(([, kind]) => quoted(kind)));
  const hint = `It belongs to the ${name} ${belongsTo}: choose that, or remove it.`;
  return unknownKey([...path, key], { known, where: `${where} of this ${name}`, hint });
}

function wrongValue(
  issue: Issue,
  { path, setting, checked }: { path: JsonPath; setting: SettingSchema; checked: Checked },
): Diagnostic {
  const found = valueAt(checked.value, path);
  const expected = allowedWords(setting);
  if (found === undefined) return missing({ path, setting });
  const diagnostic = { path, at: 'value', fix: fixFor({ path, setting, checked }) } as const;
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    const message = `${describeExcess(found, issue)}: expected ${expected}.`;
    return { ...diagnostic, code: 'experiment-range', message };
  }
  const choice = choices(setting);
  if (typeof found === 'string' && choice.length > 0) {
    const near = nearest(found, choice);
    const known = oneOfWords(choice.map((each) => shown(each)));
    const message = `${shown(found)} is not known: expected ${known}.`;
    return {
      ...diagnostic,
      code: 'experiment-unknown-value',
      message,
      ...(near !== null && { fix: `Did you mean ${shown(near)}?`, replacement: JSON.stringify(near) }),
    };
  }
  const message = `Found ${typeWords(found)}, expected ${expected}.`;
  const meant = likelyValue(found, setting);
  if (meant === null) return { ...diagnostic, code: 'experiment-type', message };
  const replacement = writtenValue(meant.value);
  const isPlain = typeof meant.value !== 'object' || meant.value === null;
  const fix = isPlain ? `Write ${replacement}, without the quotes.` : `Write ${quoted(replacement)}.`;
  return { ...diagnostic, code: 'experiment-type', message, fix, replacement };
}

function missing({ path, setting }: { path: JsonPath; setting: SettingSchema }): Diagnostic {
  const key = path.at(-1);
  const what = key === undefined ? 'The experiment' : quoted(key);
  return {
    code: 'experiment-missing',
    path,
    at: 'around',
    message: `${what} is missing: expected ${allowedWords(setting)}.`,
    fix: sentences(`Add ${quoted(`"${key}": …`)}.`, setting.description),
  };
}

function describeExcess(found: unknown, issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  if (Array.isArray(found)) return found.length === 0 ? 'The list is empty' : `The list has ${found.length} entries`;
  if (typeof found === 'string') return `${shown(found)} is empty`;
  const inclusive = issue.inclusive === true;
  if (issue.code === 'too_small') return `${shown(found)} is ${inclusive ? 'below' : 'not above'} ${issue.minimum}`;
  return `${shown(found)} is ${inclusive ? 'above' : 'not below'} ${issue.maximum}`;
}

/** `Change it, or leave it out: the default is 0.9.` and what the setting means. */
function fixFor({ path, setting, checked }: { path: JsonPath; setting: SettingSchema; checked: Checked }): string {
  const key = path.at(-1);
  const around = path.slice(0, -1);
  const parent = settingAt(checked.schema, { value: checked.value, path: around });
  if (typeof key === 'number') return sentences('Change or remove it.', parent?.description);
  const { default: standard, description, type } = setting;
  const change = type === 'object' ? 'Write `{ … }`' : 'Change it';
  const form = parent === null ? null : formOf(parent, valueAt(checked.value, around));
  if (key === undefined || form === null || form.required?.includes(key) === true)
    return sentences(`${change}.`, description);
  const known = standard === undefined || isJsonObject(standard) ? '.' : `: the default is ${shown(standard)}.`;
  return sentences(`${change}, or leave it out${known}`, description);
}

/** The words a setting can be. */
function choices(setting: SettingSchema): string[] {
  const values = setting.enum ?? (setting.const === undefined ? [] : [setting.const]);
  return values.filter((value) => typeof value === 'string');
}

/** `text "high"`, `a list [1,2]`, `1.5`, `null`. */
function typeWords(value: unknown): string {
  if (typeof value === 'string') return `text ${shown(value)}`;
  if (Array.isArray(value)) return `a list ${shown(value)}`;
  return isJsonObject(value) ? `an object ${shown(value)}` : shown(value);
}

function sentences(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ');
}

function toPath(path: readonly PropertyKey[]): JsonPath {
  return path.map((part) => (typeof part === 'symbol' ? String(part) : part));
}
