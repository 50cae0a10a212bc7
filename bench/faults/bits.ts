import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../../src/core/json.js';

/**
 * What a run came to, as this bench reads it for itself: not with the readers that are under test. Times, rates and
 * process numbers are left out; everything else is the same in two runs of one spec, or one of them is wrong.
 */
export interface RunBits {
  /** Hash of the checkpoint's tensors. */
  readonly weights: string;
  /** Hashes of the tensors by the name of their file. */
  readonly logits: ReadonlyMap<string, string>;
  /** What was measured in a step, by its number. */
  readonly steps: ReadonlyMap<number, string>;
  /** What was measured after an epoch, by its number. */
  readonly epochs: ReadonlyMap<number, string>;
}

/** @param damaged names of files of logits that are passed over */
export function readBits(folder: string, damaged: ReadonlySet<string> = new Set()): RunBits {
  const logits = new Map<string, string>();
  for (const name of readdirSync(join(folder, 'logits')).sort()) {
    if (name.endsWith('.safetensors') && !damaged.has(name)) {
      logits.set(name, tensorsHash(readFileSync(join(folder, 'logits', name))));
    }
  }
  const weights = tensorsHash(readFileSync(join(folder, 'checkpoint.safetensors')));
  return { weights, logits, ...historyOf(readFileSync(join(folder, 'log.jsonl'), 'utf8')) };
}

/** https://huggingface.co/docs/safetensors, "Format": the length of a header, the header, the tensors. */
function tensorsHash(file: Buffer): string {
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header: unknown = JSON.parse(file.toString('utf8', 8, start));
  const hash = createHash('sha256');
  if (!isJsonObject(header)) throw new Error('this header is no object');
  for (const name of Object.keys(header).sort()) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: offsets } = entryOf(header, name);
    hash.update(JSON.stringify([name, dtype, shape]));
    if (!Array.isArray(offsets)) throw new Error('this tensor lies nowhere');
    hash.update(file.subarray(start + Number(offsets[0]), start + Number(offsets[1])));
  }
  return hash.digest('hex').slice(0, 16);
}

function entryOf(header: JsonObject, name: string): JsonObject {
  const entry = header[name];
  if (!isJsonObject(entry)) throw new Error('this tensor is no object');
  return entry;
}

/** What counts of a log: what was logged beyond the step that a later trainer took over from does not. */
function historyOf(text: string): Pick<RunBits, 'steps' | 'epochs'> {
  const steps = new Map<number, string>();
  const epochs = new Map<number, { step: number; text: string }>();
  for (const entry of entriesOf(text)) {
    if (entry['type'] === 'started') {
      const from = Number(entry['resumedFrom']);
      for (const step of steps.keys()) if (step > from) steps.delete(step);
      for (const [epoch, { step }] of epochs) if (step > from) epochs.delete(epoch);
    } else if (entry['type'] === 'steps') {
      const count = Number(entry['count']);
      for (let index = 0; index < count; index++) steps.set(Number(entry['first']) + index, stepText(entry, index));
    } else if (entry['type'] === 'epoch') {
      const { epoch, step, train, validation, test } = entry;
      epochs.set(Number(epoch), { step: Number(step), text: JSON.stringify([step, train, validation, test]) });
    }
  }
  return { steps, epochs: new Map([...epochs].map(([epoch, { text: measured }]) => [epoch, measured])) };
}

const columns = [
  ...['loss', 'studentLoss', 'distillationLoss', 'learningRate'],
  ...['distillationGradient', 'studentGradient', 'gradientCosine'],
];

function stepText(entry: JsonObject, index: number): string {
  return JSON.stringify(
    columns.map((name) => {
      const column = entry[name];
      return Array.isArray(column) ? (column[index] as unknown) : column;
    }),
  );
}

/** The objects of a log. What else stands in a line, before or behind its object, is not this bench's to judge. */
export function entriesOf(text: string): JsonObject[] {
  return text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line.slice(line.indexOf('{'), line.lastIndexOf('}') + 1));
      return isJsonObject(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

/**
 * What two runs differ in; null where they are the same.
 * @param damaged names of files of logits that were passed over
 */
export function difference(
  found: RunBits,
  wanted: RunBits,
  { history, damaged }: { history: 'whole' | 'parts'; damaged: ReadonlySet<string> },
): string | null {
  if (found.weights !== wanted.weights) return 'it has other weights';
  return (
    mapDifference('logits', found.logits, wanted.logits, (name) => !damaged.has(name)) ??
    mapDifference('step', found.steps, wanted.steps, () => history === 'whole') ??
    mapDifference('epoch', found.epochs, wanted.epochs, () => history === 'whole')
  );
}

function mapDifference<Key>(
  what: string,
  found: ReadonlyMap<Key, string>,
  wanted: ReadonlyMap<Key, string>,
  isNeeded: (key: Key) => boolean,
): string | null {
  for (const [key, value] of wanted) {
    const has = found.get(key);
    if (has === undefined && !isNeeded(key)) continue;
    if (has !== value) return `${what} ${String(key)} is ${has ?? 'missing'} instead of ${value}`;
  }
  const more = [...found.keys()].find((key) => !wanted.has(key));
  return more === undefined ? null : `${what} ${String(more)} is one too many`;
}
