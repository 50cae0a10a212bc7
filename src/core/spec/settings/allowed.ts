import { discriminators, formsOf, type SettingSchema } from './setting.js';

/** What a schema allows, in words that follow "expected": `a number from 0 to 1`, `mlp` or `convnet`. */
export function allowedWords(schema: SettingSchema): string {
  return describe(schema, { many: false });
}

/** `a`, `b` or `c`. */
export function oneOfWords(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

/** A name or a value as it is set off in messages. */
export function quoted(word: unknown): string {
  return `\`${String(word)}\``;
}

function describe(schema: SettingSchema, { many }: { many: boolean }): string {
  const forms = formsOf(schema);
  if (forms.length > 1) return describeForms(forms, { many });
  if (schema.enum !== undefined) return oneOfWords(schema.enum.map(quoted));
  if (schema.const !== undefined) return quoted(schema.const);
  switch (schema.type) {
    case 'number':
      return `${many ? 'numbers' : 'a number'}${bounds(schema)}`;
    case 'integer':
      return `${many ? 'whole numbers' : 'a whole number'}${bounds(schema)}`;
    case 'boolean':
      return '`true` or `false`';
    case 'string':
      return schema.title ?? (many ? 'texts' : 'text');
    case 'array':
      return `${many ? 'lists' : 'a list'} of ${count(schema)}${describe(itemsOf(schema), { many: true })}`;
    case 'null':
      return '`null`';
    default:
      return many ? 'objects' : 'an object';
  }
}

function describeForms(forms: readonly SettingSchema[], { many }: { many: boolean }): string {
  const kinds = forms.flatMap(discriminators);
  const [key] = kinds[0] ?? [];
  if (key === undefined) return oneOfWords([...new Set(forms.map((form) => describe(form, { many })))]);
  const values = oneOfWords(kinds.map(([, value]) => quoted(value)));
  return `${many ? 'objects' : 'an object'} whose ${quoted(key)} is ${values}`;
}

/** Bounds of a number, with a space before them. Whole numbers above 0 are at least 1. */
function bounds({ type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: SettingSchema): string {
  const above = typeof exclusiveMinimum === 'number' ? exclusiveMinimum : undefined;
  const below = typeof exclusiveMaximum === 'number' ? exclusiveMaximum : undefined;
  const least = type === 'integer' && above !== undefined ? above + 1 : minimum;
  if (least !== undefined && maximum !== undefined) return ` from ${least} to ${maximum}`;
  const low = least !== undefined ? `of at least ${least}` : above !== undefined ? `above ${above}` : null;
  const high = maximum !== undefined ? `at most ${maximum}` : below !== undefined ? `below ${below}` : null;
  const both = [low, high].filter((bound) => bound !== null);
  return both.length === 0 ? '' : ` ${both.join(' and ')}`;
}

function count({ minItems, maxItems }: SettingSchema): string {
  if (maxItems !== undefined) return `${minItems ?? 0} to ${maxItems} `;
  return minItems === undefined ? '' : minItems === 1 ? 'one or more ' : `at least ${minItems} `;
}

function itemsOf({ items }: SettingSchema): SettingSchema {
  return typeof items === 'object' && !Array.isArray(items) ? items : {};
}
