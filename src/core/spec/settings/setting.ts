import type * as z from 'zod';
import { isJsonObject } from '../../json.js';
import type { JsonPath } from '../../jsonText.js';

/**
 * What may stand at a place of a file: JSON Schema as zod writes it. An object with several forms (`oneOf`) tells them
 * apart by its discriminators, the properties with a `const`; the form in which they are not required is the default.
 */
export type SettingSchema = z.core.JSONSchema.JSONSchema;

/** The schema of an object's property; of a map that of all its values. */
export function property(schema: SettingSchema, key: string): SettingSchema | null {
  const properties = schema.properties ?? {};
  return asSchema(Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties);
}

/** The forms a value may have; the schema itself when there is only one. */
export function formsOf(schema: SettingSchema): readonly SettingSchema[] {
  return schema.oneOf ?? schema.anyOf ?? [schema];
}

/** The discriminators of a form: `kind` is `sgd`. */
export function discriminators(form: SettingSchema): readonly (readonly [key: string, value: string])[] {
  return Object.keys(form.properties ?? {}).flatMap((key) => {
    const value = property(form, key)?.const;
    return typeof value === 'string' ? [[key, value] as const] : [];
  });
}

/** The form a value has, by its type and its discriminators; null when it has none of them. */
export function formOf(schema: SettingSchema, value: unknown): SettingSchema | null {
  const type = Array.isArray(value) ? 'array' : isJsonObject(value) ? 'object' : null;
  const matches = (form: SettingSchema): boolean =>
    form.type === type &&
    discriminators(form).every(([key, expected]) => {
      const found = isJsonObject(value) ? value[key] : undefined;
      return found === undefined ? form.required?.includes(key) !== true : found === expected;
    });
  return formsOf(schema).find(matches) ?? null;
}

/** Whether a value is of a type that may stand there; bounds, and what is inside objects, are not looked at. */
export function takes(schema: SettingSchema, value: unknown): boolean {
  return formsOf(schema).some((form) => {
    if (form.const !== undefined) return form.const === value;
    if (form.enum !== undefined) return form.enum.some((each) => each === value);
    if (form.oneOf !== undefined || form.anyOf !== undefined) return takes(form, value);
    if (form.type === 'object') return formOf(form, value) !== null;
    if (form.type !== 'array')
      return form.type === typeOf(value) || (form.type === 'number' && typeof value === 'number');
    const items = asSchema(form.items) ?? {};
    return Array.isArray(value) && value.every((item) => takes(items, item));
  });
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** The schema at a path inside `value`; null where the path leaves the schema. */
export function settingAt(
  schema: SettingSchema,
  { value, path }: { value: unknown; path: JsonPath },
): SettingSchema | null {
  const [first, ...rest] = path;
  if (first === undefined) return schema;
  const form = formOf(schema, value);
  if (form === null) return rest.length === 0 ? discriminatorSetting(schema, first) : null;
  const next = typeof first === 'number' ? asSchema(form.items) : property(form, first);
  return next === null ? null : settingAt(next, { value: valueAt(value, [first]), path: rest });
}

/** What a discriminator may be when its object has none of the forms. */
function discriminatorSetting(schema: SettingSchema, key: string | number): SettingSchema | null {
  const kinds = formsOf(schema).flatMap(discriminators);
  const values = kinds.filter(([name]) => name === key).map(([, value]) => value);
  return values.length === 0 ? null : { type: 'string', enum: values };
}

/** The value at a path; undefined when there is none. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>((inside, part) => {
    if (Array.isArray(inside)) return typeof part === 'number' ? inside[part] : undefined;
    return isJsonObject(inside) && Object.hasOwn(inside, part) ? inside[part] : undefined;
  }, value);
}

/** A copy with another value at a path; objects that lead there are made where there are none. */
export function withValue(into: unknown, [key, ...rest]: JsonPath, value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(into))
    return into.map((item: unknown, index) => (index === key ? withValue(item, rest, value) : item));
  const object = isJsonObject(into) ? into : {};
  return { ...object, [key]: withValue(object[key], rest, value) };
}

/** The value with its left-out discriminators written out: an optimizer without `kind` is `sgd`. */
export function withDiscriminators(schema: SettingSchema, value: unknown): unknown {
  const form = formOf(schema, value);
  if (Array.isArray(value)) {
    const items = asSchema(form?.items);
    return items === null ? value : value.map((item) => withDiscriminators(items, item));
  }
  if (form === null || !isJsonObject(value)) return value;
  return Object.fromEntries([
    ...discriminators(form),
    ...Object.entries(value).map(([key, inside]) => {
      const setting = property(form, key);
      return [key, setting === null ? inside : withDiscriminators(setting, inside)] as const;
    }),
  ]);
}

function asSchema(schema: unknown): SettingSchema | null {
  return isJsonObject(schema) ? schema : null;
}
