import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomStream } from '../../src/core/random.js';
import type { Entry } from '../../src/run/log/entry.js';
import { runFolder } from '../../src/run/folder.js';
import { metrics, sampleRecord, sampleSpec, startedEntry } from './sample.js';
import { storeLogits } from './opened.js';

export interface ManyClasses {
  readonly examples: number;
  readonly classes: number;
}

/**
 * Writes a finished teacher and a student of it that answered many examples of many classes: right three times in four,
 * else mostly with a class of the same ten.
 *
 * @param runs the runs folder
 * @returns the path of the student's folder
 */
export async function writeManyClasses(runs: string, size: ManyClasses): Promise<string> {
  const teacher = '20261123-120000-teacher-s0-aaaaaa';
  const student = '20261123-120001-student-t20-a0.9-s0-bbbbbb';
  const record = { id: teacher, spec: { ...sampleSpec(), role: 'teacher', name: 'teacher', distill: null } } as const;
  await writeRun(join(runs, teacher), { record: sampleRecord(record), size, seed: 1 });
  await writeRun(join(runs, student), { record: sampleRecord({ id: student, teachers: [teacher] }), size, seed: 2 });
  return join(runs, student);
}

async function writeRun(
  path: string,
  { record, size, seed }: { record: ReturnType<typeof sampleRecord>; size: ManyClasses; seed: number },
): Promise<void> {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'run.json'), JSON.stringify(record));
  const name = await storeLogits(runFolder(path), { split: 'test', epoch: 1 }, answersOf(size, seed));
  const time = 1_795_000_000_000;
  const entries: Entry[] = [
    startedEntry({ time, steps: 10, stepsPerEpoch: 10 }),
    {
      type: 'epoch',
      time,
      epoch: 1,
      step: 10,
      train: metrics(0),
      test: metrics(0),
      logits: { test: name },
      seconds: 1,
    },
    { type: 'finished', time, step: 10, seconds: 1, test: metrics(0) },
  ];
  await writeFile(join(path, 'log.jsonl'), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}

function answersOf({ examples, classes }: ManyClasses, seed: number): Parameters<typeof storeLogits>[2] {
  const logits = new Float32Array(examples * classes);
  const labels = Int32Array.from({ length: examples }, (_, example) => example % classes);
  randomStream(seed, 'many classes').fillUniform(logits, { low: -4, high: 4 });
  const luck = new Float32Array(examples);
  randomStream(seed, 'luck').fillUniform(luck, { low: 0, high: 1 });
  for (let example = 0; example < examples; example++) {
    const truth = labels[example] ?? 0;
    const lucky = luck[example] ?? 0;
    const answer = lucky < 0.75 ? truth : Math.min(classes - 1, truth - (truth % 10) + Math.floor(40 * (lucky - 0.75)));
    logits[example * classes + answer] = 8;
  }
  return { n: examples, classes, logits, labels };
}
