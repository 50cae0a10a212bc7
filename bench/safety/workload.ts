import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runFolder } from '../../src/run/folder.js';
import { readLog } from '../../src/run/log/logTail.js';
import { listRuns } from '../../src/run/runsFolder.js';

/** What both builds are given to do. */
export interface Workload {
  readonly name: string;
  /** The experiment as it stands in its file. */
  readonly experiment: string;
  /** Words for `distillery run` after the file. */
  readonly words: readonly string[];
}

/** The example `mnist-quick`: three runs. */
export async function demo(): Promise<Workload> {
  return { name: 'mnist-quick', experiment: await readFile('examples/mnist-quick.distill.json', 'utf8'), words: [] };
}

/** Steps that take next to nothing, so that what stands around them shows; four epochs of 500. */
export const tinySteps: Workload = {
  name: '2,000 tiny steps',
  experiment: JSON.stringify({
    name: 'tiny',
    data: { dataset: 'mnist', limit: { train: 5000, test: 500 } },
    teacher: { model: { kind: 'mlp', hidden: [16] }, train: { epochs: 4, batchSize: 10 } },
    student: { model: { kind: 'mlp', hidden: [8] } },
  }),
  words: ['--only', 'teacher'],
};

export interface Timed {
  /** From the start of the command line's process to its end. */
  readonly seconds: number;
  /** What its runs came to: errors on the test set, the fewest first. Two builds that do the same agree in it. */
  readonly errors: readonly number[];
}

/**
 * Has a build do the work in a new workspace, which is deleted afterwards.
 * @param dist the build's folder
 * @param below where the workspace is made
 * @throws Error with the command line's own words where a run does not finish
 */
export async function timeWorkload(
  { experiment, words }: Workload,
  { dist, below }: { dist: string; below: string },
): Promise<Timed> {
  const workspace = await mkdtemp(join(below, 'workspace-'));
  try {
    await writeFile(join(workspace, 'bench.distill.json'), experiment);
    const runs = join(workspace, '.distillery', 'runs');
    await mkdir(runs, { recursive: true });
    // What an earlier run has left to be written would be written in the time of this one.
    spawnSync('sync');
    const from = performance.now();
    await commandLine(dist, ['run', 'bench.distill.json', ...words], workspace);
    const seconds = (performance.now() - from) / 1000;
    return { seconds, errors: await errorsIn(runs) };
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

async function commandLine(dist: string, words: readonly string[], cwd: string): Promise<void> {
  const child = spawn(process.execPath, [join(dist, 'cli.js'), ...words], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number | null>((ended, failed) => {
    child.once('error', failed);
    child.once('close', ended);
  });
  if (code !== 0) throw new Error(`distillery of ${dist} ended with ${String(code)}:\n${said}`);
}

async function errorsIn(runs: string): Promise<number[]> {
  const errors: number[] = [];
  for (const id of await listRuns(runs)) {
    const { entries } = await readLog(runFolder(join(runs, id)).log);
    const end = entries.find((entry) => entry.type === 'finished');
    if (end === undefined) throw new Error(`The run ${id} has no end in its log.`);
    errors.push(end.test.errors);
  }
  return errors.sort((a, b) => a - b);
}
