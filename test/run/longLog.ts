import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomStream } from '../../src/core/random.js';
import type { Entry } from '../../src/run/log/entry.js';
import { metrics, sampleRecord, sampleSpec, startedEntry } from './sample.js';

/** Milliseconds between two entries, as a trainer writes them. */
const pause = 200;
const stepsPerSecond = 1_000;
/** When such a run begins, in milliseconds since 1970; every step takes a millisecond. */
export const longRunBegin = 1_795_000_000_000;

export interface LongRun {
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly seed: number;
  /** Whether it logs the gradients of its loss's terms, distillation's being three quarters of both; older runs do not. */
  readonly gradients?: boolean;
}

/**
 * Writes the folder of a student that was trained for very long: losses that fall and jitter, five columns, an entry
 * every 200 ms. The same numbers for the same seed.
 *
 * @param runs the runs folder
 * @returns the path of the run's folder
 */
export async function writeLongRun(
  runs: string,
  { steps, stepsPerEpoch, seed, gradients = false }: LongRun,
): Promise<string> {
  const id = `20261123-120000-student-t20-a0.9-s${seed}-${String(steps).padStart(6, '0').slice(-6)}`;
  const path = join(runs, id);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'run.json'), JSON.stringify(sampleRecord({ id, spec: sampleSpec({ seed }) })));
  const log = join(path, 'log.jsonl');
  await writeFile(log, '');
  let lines: string[] = [];
  for (const entry of longLog({ steps, stepsPerEpoch, seed, gradients })) {
    lines.push(`${JSON.stringify(entry)}\n`);
    if (lines.length < 500) continue;
    await appendFile(log, lines.join(''));
    lines = [];
  }
  await appendFile(log, lines.join(''));
  return path;
}

/** The entries of such a run, in order. */
export function* longLog({ steps, stepsPerEpoch, seed, gradients = false }: LongRun): Generator<Entry> {
  const timeOf = (step: number): number => longRunBegin + Math.round((1_000 * step) / stepsPerSecond);
  yield startedEntry({ time: longRunBegin, steps, stepsPerEpoch });
  const perEntry = (stepsPerSecond * pause) / 1_000;
  for (let done = 0; done < steps;) {
    const epochEnd = (Math.floor(done / stepsPerEpoch) + 1) * stepsPerEpoch;
    const count = Math.min(perEntry, steps - done, epochEnd - done);
    const jitter = (name: string): Float32Array => {
      const factors = new Float32Array(count);
      randomStream(seed, 'long log', name, done).fillUniform(factors, { low: 0.6, high: 1.4 });
      return factors;
    };
    const falling = (name: string, from: number): number[] =>
      Array.from(jitter(name), (factor, index) =>
        single(from * (0.02 + Math.exp((-6 * (done + index)) / steps)) * factor),
      );
    const distillationLoss = falling('distillation', 4);
    const studentLoss = falling('student', 2);
    const [speed = 1] = jitter('speed');
    yield {
      type: 'steps',
      time: timeOf(done + count),
      first: done + 1,
      count,
      loss: distillationLoss.map((value, index) => single(0.9 * value + 0.1 * (studentLoss[index] ?? 0))),
      distillationLoss,
      studentLoss,
      learningRate: Array.from({ length: count }, (_, index) => single(0.1 * (1 - (done + index) / steps))),
      examplesPerSecond: single(64_000 * speed),
      ...(gradients ? { distillationGradient: 0.75, studentGradient: 0.25, gradientCosine: -0.5 } : {}),
    };
    done += count;
    if (done === epochEnd) {
      const epoch = done / stepsPerEpoch;
      const errors = Math.round(40 * Math.exp((-4 * done) / steps)) + 5;
      yield {
        type: 'epoch',
        time: timeOf(done),
        epoch,
        step: done,
        train: { ...metrics(errors + 2), ...(gradients ? { distillationGradient: 0.75, studentGradient: 0.25 } : {}) },
        test: metrics(errors),
        logits: { test: `logits/test-${epoch}.safetensors` },
        seconds: done / stepsPerSecond,
      };
    }
  }
  yield { type: 'finished', time: timeOf(steps), step: steps, seconds: steps / stepsPerSecond, test: metrics(5) };
}

/** As many digits as a trainer writes. */
function single(value: number): number {
  return Number(value.toPrecision(6));
}
