import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { killMarked, markName } from '../../scripts/editor/descendants.js';
import { readBits, type RunBits } from './bits.js';
import { startBuilt, type Surroundings } from './command.js';
import { Dice } from './dice.js';

export const roles = ['teacher', 'baseline', 'student'] as const;
export type Role = (typeof roles)[number];

/**
 * Where a trial begins: everything is `finished`; only the `teacher` is; or the student was begun as well, and its
 * trainer and its queue were `killed`, or it was `stopped` as a person asked.
 */
export const templates = ['finished', 'teacher', 'killed', 'stopped'] as const;
export type Template = (typeof templates)[number];

export const experimentName = 'tiny.distill.json';
export const runsOf = (space: string): string => join(space, '.distillery', 'runs');

/** The folder of the run with a role; null where there is none. */
export function runOf(space: string, role: Role): string | null {
  const runs = runsOf(space);
  const name = existsSync(runs) ? readdirSync(runs).find((id) => id.split('-')[2] === role) : undefined;
  return name === undefined ? null : join(runs, name);
}

/** One small experiment, trained once without any fault, and folders from its way there. */
export interface World {
  readonly seed: number;
  readonly root: string;
  readonly oracle: Readonly<Record<Role, RunBits>>;
  /** What the readers say of it, for comparison. */
  readonly told: { readonly history: string; readonly compared: string };
  /** Seconds that the whole experiment takes, and that a resumed student does. */
  readonly seconds: { readonly run: number; readonly resume: number };
}

export const templateOf = ({ root }: Pick<World, 'root'>, template: Template): string =>
  join(root, 'templates', template);

const epochs = 10;

function experimentText(dice: Dice): string {
  // Checkpoints are written between the calls that make steps as well as after each epoch.
  const train = { epochs, batchSize: 16, optimizer: { kind: 'sgd', learningRate: 0.02 } };
  return JSON.stringify(
    {
      name: 'tiny',
      data: { dataset: 'mnist', limit: { train: 256, test: 100 } },
      seeds: [dice.below(1000)],
      engine: 'onnx/cpu',
      checkpointSeconds: 0.01,
      teacher: { model: { kind: 'mlp', hidden: [16] }, train: { ...train, epochs: 3 } },
      student: { model: { kind: 'mlp', hidden: [8] }, train },
      distill: { loss: 'hinton', temperature: 4, alpha: 0.9 },
    },
    null,
    2,
  );
}

/** @throws Error where even the undisturbed experiment does not work */
export async function createWorld(root: string, seed: number): Promise<World> {
  const dice = new Dice(seed, 'world');
  const mark = `faults-world-${process.pid.toString()}`;
  const finished = templateOf({ root }, 'finished');
  mkdirSync(finished, { recursive: true });
  mkdirSync(join(root, 'home'), { recursive: true });
  writeFileSync(join(finished, experimentName), experimentText(dice));
  const around = (cwd: string): Surroundings => ({ cwd, environment: { HOME: join(root, 'home'), [markName]: mark } });
  const command = async (words: readonly string[], cwd: string): Promise<{ stdout: string; seconds: number }> => {
    const { code, stdout, stderr, seconds } = await startBuilt('cli.js', words, around(cwd)).answer;
    if (code !== 0) throw new Error(`\`${words.join(' ')}\` does not work without any fault either:\n${stderr}`);
    return { stdout, seconds };
  };
  try {
    const run = await command(['run', experimentName], finished);
    const [teacher, baseline, student] = roles.map((role) => runOf(finished, role) ?? '');
    const bits = (folder = ''): RunBits => readBits(folder);
    const oracle = { teacher: bits(teacher), baseline: bits(baseline), student: bits(student) };
    const told = {
      history: (await command(['show', '--json', student ?? ''], finished)).stdout,
      compared: (await command(['compare', '--json', baseline ?? '', student ?? ''], finished)).stdout,
    };
    const resume = await makeTemplates(root, { dice, mark, around, command });
    return { seed, root, oracle, told, seconds: { run: run.seconds, resume } };
  } finally {
    killMarked(mark);
  }
}

interface Making {
  readonly dice: Dice;
  readonly mark: string;
  readonly around: (cwd: string) => Surroundings;
  readonly command: (words: readonly string[], cwd: string) => Promise<unknown>;
}

/** @returns seconds that it takes to begin the student and get it to its end */
async function makeTemplates(root: string, { dice, mark, around, command }: Making): Promise<number> {
  const of = (template: Template): string => templateOf({ root }, template);
  copySpace(of('finished'), of('teacher'));
  for (const role of ['baseline', 'student'] as const) rmSync(runOf(of('teacher'), role) ?? '', { recursive: true });
  let seconds = 0;
  for (const template of ['killed', 'stopped'] as const) {
    for (let isHalf = false; !isHalf;) {
      const space = of(template);
      rmSync(space, { recursive: true, force: true });
      copySpace(of('finished'), space);
      rmSync(runOf(space, 'student') ?? '', { recursive: true });
      const begun = performance.now();
      const { child, answer } = startBuilt('cli.js', ['run', experimentName], around(space));
      const least = 2 + dice.below(epochs / 2);
      while (epochsIn(space) < least && child.exitCode === null) await sleep(5);
      if (template === 'killed') killMarked(mark);
      else await command(['stop', 'latest'], space);
      await answer;
      killMarked(mark);
      const reached = epochsIn(space);
      isHalf = reached >= 2 && reached < epochs;
      seconds = (performance.now() - begun) / 1000;
    }
  }
  return seconds;
}

function epochsIn(space: string): number {
  const folder = runOf(space, 'student');
  const log = folder === null ? '' : join(folder, 'log.jsonl');
  return existsSync(log) ? readFileSync(log, 'utf8').split('"type":"epoch"').length - 1 : 0;
}

/** Times and links stay as they are. */
export function copySpace(from: string, to: string): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
