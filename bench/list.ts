import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RunsIndex } from '../src/serve/runsIndex.js';
import { writeLongRun } from '../test/run/longLog.js';
import { copyRun } from './copyRun.js';
import { median } from './median.js';

/**
 * How long it takes until a workspace full of runs is listed, and to look at it again:
 *   npm run bench:list [-- --check] [-- --runs 1000] [-- --steps 10000]
 */
const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    runs: { type: 'string', default: '1000' },
    steps: { type: 'string', default: '10000' },
  },
});
const [runs, steps] = [Number(values.runs), Number(values.steps)];
const rounds = 5;
/** Milliseconds until the list is there: what is promised of 1,000 runs. */
const promised = 1000;

const folder = await mkdtemp(join(tmpdir(), 'distillery-list-'));
try {
  const original = await writeLongRun(folder, { steps, stepsPerEpoch: steps / 10, seed: 0 });
  for (let copy = 1; copy < runs; copy++) await copyRun(original, `${original}-${copy}`);

  const listed: number[] = [];
  const refreshed: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const index = new RunsIndex({ folders: [folder] });
    listed.push(await time(() => index.start()));
    refreshed.push(await time(() => index.refresh()));
    if (index.runs.length !== runs) throw new Error(`${index.runs.length} of ${runs} runs were listed`);
    index.dispose();
  }
  const [first, again] = [median(listed), median(refreshed)];
  console.log(`${runs} runs of ${steps} steps: listed in ${first.toFixed(0)} ms, again in ${again.toFixed(0)} ms`);
  if (values.check && first > promised) {
    console.log(`Promised are under ${promised} ms.`);
    process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function time(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
