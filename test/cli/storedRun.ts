import { join } from 'node:path';
import type { RunFolder } from '../../src/run/folder.js';
import type { Entry } from '../../src/run/log/entry.js';
import type { RunRecord } from '../../src/run/record.js';
import { epochEntry, metrics, sampleDraft, startedEntry, stepsEntry } from '../run/sample.js';
import { madeRun, openedLog, storeLogits } from '../run/opened.js';

const examples = 100;

/** A run with a log; its last entry says how it ended. */
export async function storedRun(
  runsDir: string,
  { record = {}, entries }: { record?: Partial<RunRecord>; entries: readonly Entry[] },
): Promise<RunFolder> {
  const { folder } = await madeRun(runsDir, sampleDraft(record));
  const log = await openedLog(folder);
  for (const entry of entries) log.append(entry);
  log.close();
  return folder;
}

/**
 * A finished run of three epochs that answers wrong exactly on `wrong`, of 100 examples of two classes.
 * @param n how many examples it was tested on
 */
export async function finishedRun(
  runsDir: string,
  {
    record = {},
    started = {},
    wrong,
    n = examples,
  }: {
    record?: Partial<RunRecord>;
    started?: Parameters<typeof startedEntry>[0];
    wrong: readonly number[];
    n?: number;
  },
): Promise<RunFolder> {
  const test = { ...metrics(wrong.length), n };
  const folder = await storedRun(runsDir, {
    record,
    entries: [
      startedEntry(started),
      stepsEntry(1, 100),
      epochEntry(1),
      stepsEntry(101, 100),
      epochEntry(2),
      stepsEntry(201, 100),
      epochEntry(3, { test }),
      { type: 'finished', time: 32_000, step: 300, seconds: 31, test },
    ],
  });
  const labels = Int32Array.from({ length: n }, (_, row) => row % 2);
  const logits = new Float32Array(2 * n);
  labels.forEach((label, row) => (logits[2 * row + (wrong.includes(row) ? 1 - label : label)] = 1));
  await storeLogits(folder, { split: 'test', epoch: 3 }, { n, classes: 2, logits, labels });
  return folder;
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

export function runsIn(folder: string): string {
  return join(folder, '.distillery', 'runs');
}
