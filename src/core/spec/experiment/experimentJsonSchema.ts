import * as z from 'zod';
import { experimentFileSchema } from './experiment.js';
import { canonicalJson, isJsonObject } from '../../json.js';
import { discriminators, formsOf, property, type SettingSchema } from '../settings/setting.js';

/** The roots of the paths that a sweep may name. */
export const sweptParts = ['student', 'distill'] as const;

/**
 * The JSON Schema (draft 7) of `*.distill.json`, stored in media/experiment.schema.json for editors. It says what zod
 * cannot: which discriminators may be left out, and what can be swept.
 */
export function experimentJsonSchema(): SettingSchema {
  const written: SettingSchema = z.toJSONSchema(experimentFileSchema, { io: 'input', target: 'draft-7' });
  const schema = tidy(written);
  const lists = sweptParts.flatMap((part) => [...settingsIn(property(schema, part) ?? {}, part)]);
  const sweep: SettingSchema = {
    ...mapValues(property(schema, 'sweep') ?? {}, (value, key) => (key === 'propertyNames' ? undefined : value)),
    properties: Object.fromEntries(lists.map(([path, forms]) => [path, listOf(forms)])),
    additionalProperties: false,
  };
  return { ...schema, title: 'Distillery experiment', properties: { ...schema.properties, sweep } };
}

/**
 * The same for completion and hover alone: what is wrong is told by `parseExperiment`, better, and should not be told
 * twice. An editor looks into an `if` for what it can suggest, and holds nothing against who does not meet it.
 */
export function experimentSuggestionSchema(): Readonly<Record<string, unknown>> {
  const { $schema, title, ...schema } = experimentJsonSchema();
  return { $schema, title, allowComments: true, allowTrailingCommas: true, if: suggestion(schema) };
}

/**
 * With descriptions as the Markdown they are, and with the kinds of a setting beside its forms: of those an editor
 * looks only into the one that fits best, and would suggest no other kind.
 */
function suggestion(schema: SettingSchema): Readonly<Record<string, unknown>> {
  const { description, ...rest } = mapValues(schema, (value, key) => {
    if (Array.isArray(value)) return value.map((item: unknown) => (isJsonObject(item) ? suggestion(item) : item));
    return isJsonObject(value) && key !== 'default' ? suggestion(value) : value;
  });
  return { ...rest, ...(description !== undefined && { markdownDescription: description }), ...kindsOf(schema) };
}

/** The kinds of a setting that has several forms: the values of what tells them apart. */
function kindsOf({ oneOf = [] }: SettingSchema): Readonly<Record<string, unknown>> {
  const kinds = oneOf.flatMap((form) =>
    discriminators(form).map(([key, value]) => ({ key, value, says: property(form, key)?.description ?? '' })),
  );
  const [first] = kinds;
  if (first === undefined) return {};
  const words = { enum: kinds.map(({ value }) => value), markdownEnumDescriptions: kinds.map(({ says }) => says) };
  return { properties: { [first.key]: words } };
}

/** Without the bounds that only say "a number JavaScript can hold", and with default discriminators not required. */
function tidy(schema: SettingSchema): SettingSchema {
  const tidied = mapValues(schema, (value, key) => {
    if (value === Number.MAX_SAFE_INTEGER && key === 'maximum') return undefined;
    if (value === Number.MIN_SAFE_INTEGER && key === 'minimum') return undefined;
    if (Array.isArray(value)) return value.map((item: unknown) => (isJsonObject(item) ? tidy(item) : item));
    return isJsonObject(value) && key !== 'default' ? tidy(value) : value;
  });
  const { default: standard, oneOf } = tidied;
  if (oneOf === undefined || !isJsonObject(standard)) return tidied;
  return { ...tidied, oneOf: oneOf.map((form) => withoutRequired(form, standard)) };
}

function withoutRequired(form: SettingSchema, standard: Readonly<Record<string, unknown>>): SettingSchema {
  const given = discriminators(form);
  if (!given.every(([key, value]) => standard[key] === value)) return form;
  const keys = given.map(([key]) => key);
  return { ...form, required: (form.required ?? []).filter((key) => !keys.includes(key)) };
}

function mapValues(schema: SettingSchema, change: (value: unknown, key: string) => unknown): SettingSchema {
  const changed = Object.entries(schema).map(([key, value]) => [key, change(value, key)] as const);
  return Object.fromEntries(changed.filter(([, value]) => value !== undefined));
}

/** Every setting below an object: its dotted path, and what it may be in the forms that have it. */
function settingsIn(schema: SettingSchema, prefix: string): Map<string, SettingSchema[]> {
  const found = new Map<string, SettingSchema[]>();
  for (const form of formsOf(schema)) {
    for (const key of Object.keys(form.properties ?? {})) {
      const setting = property(form, key) ?? {};
      const path = `${prefix}.${key}`;
      for (const [inner, forms] of [[path, [setting]] as const, ...settingsIn(setting, path)]) {
        found.set(inner, [...(found.get(inner) ?? []), ...forms]);
      }
    }
  }
  return found;
}

function listOf(forms: readonly SettingSchema[]): SettingSchema {
  const different = [...new Map(forms.map((form) => [canonicalJson(form), form])).values()];
  const [only, ...others] = different;
  const items = others.length === 0 && only !== undefined ? only : { anyOf: different };
  const description = different.find((form) => form.description !== undefined)?.description;
  return { type: 'array', items, minItems: 1, uniqueItems: true, ...(description !== undefined && { description }) };
}
