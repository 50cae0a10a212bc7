import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LogitsAnswer } from '../../../src/panel/protocol.js';
import { runFolder } from '../../../src/run/folder.js';
import { writeLongRun } from '../../run/longLog.js';
import { sampleRecord, sampleSpec } from '../../run/sample.js';
import { answersOf } from './cases.js';
import { storeLogits } from '../../run/opened.js';

interface Size {
  readonly n: number;
  readonly classes: number;
}

/** A student and those it learned from in a runs folder, each with the answers of its one epoch. */
export interface StoredFamily {
  /** Path of the student's folder. */
  readonly path: string;
  readonly teachers: readonly LogitsAnswer[];
  readonly student: LogitsAnswer;
  /** The same student without a teacher; null where none was written. */
  readonly baseline: LogitsAnswer | null;
}

/** @param runs the runs folder. @param teachers how many: several are an ensemble */
export async function writeFamily(
  runs: string,
  { n, classes, teachers, hasBaseline = false }: Size & { teachers: number; hasBaseline?: boolean },
): Promise<StoredFamily> {
  const write = async (seed: number): Promise<{ path: string; answers: LogitsAnswer }> => {
    const path = await writeLongRun(runs, { steps: 100, stepsPerEpoch: 100, seed });
    const answers = answersOf({ n, classes, seed });
    await storeLogits(runFolder(path), { split: 'test', epoch: 1 }, answers);
    return { path, answers };
  };
  const taught = await Promise.all(Array.from({ length: teachers }, (_, seed) => write(seed)));
  const student = await write(teachers);
  const alone = hasBaseline ? await write(teachers + 1) : null;
  const record = sampleRecord({ id: basename(student.path), spec: sampleSpec({ seed: teachers }) });
  await writeFile(
    join(student.path, 'run.json'),
    JSON.stringify({
      ...record,
      teachers: taught.map(({ path }) => basename(path)),
      baseline: alone === null ? null : basename(alone.path),
    }),
  );
  return {
    path: student.path,
    teachers: taught.map(({ answers }) => answers),
    student: student.answers,
    baseline: alone?.answers ?? null,
  };
}

/** A teacher and its student, as `StoredFamily`. */
export interface StoredPair {
  readonly path: string;
  readonly teacher: LogitsAnswer;
  readonly student: LogitsAnswer;
}

export async function writePair(runs: string, size: Size): Promise<StoredPair> {
  const { path, teachers, student } = await writeFamily(runs, { ...size, teachers: 1 });
  const [teacher] = teachers;
  if (teacher === undefined) throw new Error('one teacher was written');
  return { path, teacher, student };
}
