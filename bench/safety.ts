import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from './median.js';
import { quantile } from './panel/panelCase.js';
import { machineState, machineWords } from './safety/machineState.js';
import { timeParts } from './safety/parts.js';
import { roundRatio, verdictOn, type Round } from './safety/roundRatio.js';
import { demo, timeWorkload, tinySteps, type Workload } from './safety/workload.js';

/**
 * What syncing, checksums and locks cost: each by itself, and two builds side by side.
 *   npm run bench:safety                                    the parts
 *   npm run bench:safety -- --before DIR                    this build beside that of another checkout, DIR its dist
 *     [--rounds 11] [--only PART OF A NAME] [--check]       exit code 1 unless it is shown that it costs under 2 %
 *     [--folder DIR]                                        where runs are made, for another disk than that of temporary files
 */
const { values } = parseArgs({
  options: {
    before: { type: 'string' },
    rounds: { type: 'string', default: '11' },
    attempts: { type: 'string', default: '25' },
    only: { type: 'string', default: '' },
    folder: { type: 'string', default: tmpdir() },
    check: { type: 'boolean', default: false },
  },
});
/** What safety may cost of a whole run. */
const promised = 1.02;

const folder = await mkdtemp(join(resolve(values.folder), 'distillery-safety-'));
const begin = machineState();
try {
  const before = values.before === undefined ? null : resolve(values.before);
  if (before !== null && !existsSync(join(before, 'cli.js'))) throw new Error(`There is no build in ${before}.`);
  await tellParts();
  if (before === null) console.log('\nWithout --before no other build was compared.');
  else await compareBuilds(before, Number(values.rounds));
  console.log(`\n${machineWords(folder, { begin, end: machineState() })}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function tellParts(): Promise<void> {
  console.log('| by itself | median | 95 % | of one |\n| --- | --- | --- | --- |');
  for (const { name, times, per } of await timeParts(folder, { attempts: Number(values.attempts) })) {
    console.log(`| ${name} | ${median(times).toFixed(2)} ms | ${quantile(times, 0.95).toFixed(2)} ms | ${per} |`);
  }
}

async function compareBuilds(before: string, rounds: number): Promise<void> {
  const workloads = [tinySteps, await demo()].filter(({ name }) => name.includes(values.only));
  if (workloads.length === 0) throw new Error(`Nothing to do has "${values.only}" in its name.`);
  const told: string[] = [];
  console.log(
    '\n| whole process | before | after | ratio | its 95 % interval | rounds |\n| --- | --- | --- | --- | --- | --- |',
  );
  for (const workload of workloads) {
    const measured = await alternate(workload, { before, rounds });
    const ratio = roundRatio(measured);
    const seconds = (side: keyof Round): string => `${median(measured.map((round) => round[side])).toFixed(2)} s`;
    const interval = ratio.interval?.map((end) => end.toFixed(3)).join(' … ') ?? 'takes six rounds';
    console.log(
      `| ${workload.name} | ${seconds('before')} | ${seconds('after')} | ${ratio.median.toFixed(3)} | ${interval} | ${measured.length} |`,
    );
    const verdict = verdictOn(ratio, { bound: promised });
    if (verdict === 'held') continue;
    told.push(
      verdict === 'broken'
        ? `${workload.name}: it costs more than the ${promised} that is promised.`
        : `${workload.name}: these rounds do not tell whether it costs less than ${promised}; make more, on a quieter machine.`,
    );
  }
  for (const line of told) console.log(line);
  if (values.check && told.length > 0) process.exitCode = 1;
}

/** One round of both that does not count, which fills the system's caches; then who begins changes from round to round. */
async function alternate(
  workload: Workload,
  { before, rounds }: { before: string; rounds: number },
): Promise<readonly Round[]> {
  const builds = { before, after: resolve('dist') };
  const measured: Round[] = [];
  for (let round = 0; round <= rounds; round++) {
    console.error(`${workload.name}, ${round === 0 ? 'to warm up' : `round ${round} of ${rounds}`} …`);
    const seconds = { before: NaN, after: NaN };
    const errors: Record<string, string> = {};
    for (const side of round % 2 === 0 ? (['before', 'after'] as const) : (['after', 'before'] as const)) {
      const timed = await timeWorkload(workload, { dist: builds[side], below: folder });
      seconds[side] = timed.seconds;
      errors[side] = timed.errors.join(', ');
    }
    if (errors['before'] !== errors['after']) {
      throw new Error(
        `The builds do not train the same: ${errors['before'] ?? ''} errors before, ${errors['after'] ?? ''} after.`,
      );
    }
    if (round > 0) measured.push(seconds);
  }
  return measured;
}
