import { isJsonObject } from '../json.js';
import { ProblemError } from '../problem.js';
import { classesByHand, type WrittenClasses } from '../spec/parts/classesSpec.js';

/**
 * Classes from the text of a file: a JSON list of names, or a map, or names one a line in the order of the outputs. Taken
 * as they are found: `{"0": "tench", …}` and `{"0": ["n01440764", "tench"], …}`, which name the outputs by index; lines
 * that begin with their index, or with the number of a synset.
 * @throws ProblemError `classes-file`
 */
export function readClassNames(text: string): WrittenClasses {
  const trimmed = text.trim();
  if (trimmed === '') throw unreadable('it is empty');
  if (/^[[{]/.test(trimmed)) return fromJson(trimmed);
  const lines = trimmed.split(/\r?\n/).map((line) => line.trim());
  const numbered = lines.map((line) => /^(\d+)(?:\s*[:,;\t]\s*|\s+)(\S.*)$/.exec(line));
  const isNumbered = numbered.every((match, index) => Number(match?.[1]) === index);
  const names = isNumbered ? numbered.map((match) => match?.[2] ?? '') : lines;
  return names.map((name) => name.replace(/^(n\d{8})\s+/, '$1, '));
}

function fromJson(text: string): WrittenClasses {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(`it is no whole JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const parsed = classesByHand.safeParse(byIndex(value) ?? value);
  if (parsed.success) return parsed.data;
  throw unreadable('its JSON is neither a list of names nor a map from classes to outputs');
}

/** Names by the index of their output, as a list; null for anything else. */
function byIndex(value: unknown): string[] | null {
  if (!isJsonObject(value)) return null;
  const names = Object.keys(value).map((_, index) => {
    const name = value[String(index)];
    if (typeof name === 'string') return name;
    return Array.isArray(name) && name.length > 0 && name.every((part) => typeof part === 'string')
      ? name.join(', ')
      : null;
  });
  return names.length > 0 && names.every((name) => name !== null) ? names : null;
}

const unreadable = (why: string): ProblemError =>
  new ProblemError({
    code: 'classes-file',
    message: `No names of classes could be read from this file: ${why}.`,
    fix: 'Write the names of the outputs one a line, in their order, or as a JSON list.',
  });
