import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LogitsAnswer } from '../../../src/panel/protocol.js';
import { runFolder } from '../../../src/run/folder.js';
import { writeLogits } from '../../../src/run/logits.js';
import { writeLongRun } from '../../run/longLog.js';
import { sampleRecord, sampleSpec } from '../../run/sample.js';
import { answersOf } from './cases.js';

/** A teacher and its student in a runs folder, each with the answers of its one epoch. */
export interface StoredPair {
  /** Path of the student's folder. */
  readonly path: string;
  readonly teacher: LogitsAnswer;
  readonly student: LogitsAnswer;
}

export async function writePair(runs: string, { n, classes }: { n: number; classes: number }): Promise<StoredPair> {
  const write = async (seed: number): Promise<{ path: string; answers: LogitsAnswer }> => {
    const path = await writeLongRun(runs, { steps: 100, stepsPerEpoch: 100, seed });
    const answers = answersOf({ n, classes, seed });
    await writeLogits(runFolder(path), { split: 'test', epoch: 1 }, answers);
    return { path, answers };
  };
  const teacher = await write(0);
  const student = await write(1);
  const record = sampleRecord({ id: basename(student.path), spec: sampleSpec({ seed: 1 }) });
  await writeFile(
    join(student.path, 'run.json'),
    JSON.stringify({ ...record, teachers: [basename(teacher.path)], baseline: null }),
  );
  return { path: student.path, teacher: teacher.answers, student: student.answers };
}
