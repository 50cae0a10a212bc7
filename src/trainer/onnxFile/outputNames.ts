import { readClassNames } from '../../core/classes/readClassNames.js';
import { ProblemError } from '../../core/problem.js';
import type { WrittenClasses } from '../../core/spec/parts/classesSpec.js';
import { decodeModel } from './decodeModel.js';
import { readWhole } from '../readWhole.js';

/** Whether a map calls outputs by names that only the file can know. */
export function namesOutputs(written: string | WrittenClasses | undefined): boolean {
  if (typeof written !== 'object' || Array.isArray(written)) return false;
  return Object.values(written).some((outputs) => [outputs].flat().some((output) => typeof output === 'string'));
}

/** What exporters call the names of classes in a file's metadata. */
const keys = ['names', 'classes', 'class_names', 'labels', 'id2label'];

/**
 * The names of a file's outputs, in their order, as its metadata has them: JSON, or a dictionary as Python writes it.
 * @returns null where it has none that can be read
 */
export async function outputNames(file: string): Promise<readonly string[] | null> {
  const bytes = await readWhole(file, { attempt: 'read the ONNX model' });
  const { metadataProps } = decodeModel(bytes, file);
  for (const { key, value } of metadataProps) {
    if (!keys.includes(key ?? '')) continue;
    const names = namesIn(value ?? '');
    if (names !== null) return names;
  }
  return null;
}

function namesIn(text: string): readonly string[] | null {
  // Python writes {0: 'tench', 1: "goldfish's"}: its keys become texts, and its quotes JSON's.
  const json = text.replaceAll(/([{,]\s*)(\d+)(\s*:)/g, '$1"$2"$3').replaceAll(/'([^'"]*)'/g, '"$1"');
  try {
    const names = readClassNames(json);
    return Array.isArray(names) ? names : null;
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}
