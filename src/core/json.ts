/** A JSON object as it was read: any keys, any values. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object: neither a list nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * JSON in one spelling: no white space, keys sorted by UTF-16 code units, keys without a value left out, as RFC 8785
 * does. Equal values give equal text, however they were written.
 * @throws TypeError for what JSON cannot hold: functions, symbols, big integers, numbers that are not finite
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isJsonObject(value))
    throw new TypeError(`JSON cannot hold a ${typeof value}${typeof value === 'number' ? `: ${value}` : ''}`);
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(',')}}`;
}
