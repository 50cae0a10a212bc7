import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../../../src/node/fileProblem.js';
import { mustBeReadable, mustBeSound, mustBeTheSame, mustGoOn } from '../checks.js';
import type { Kind } from '../kind.js';
import { must, type Trial } from '../trial.js';
import { experimentName, runsOf, sleep } from '../world.js';
import { logOf } from './killed.js';

/** What is moved while it is written to: the run, all runs, or everything of ours. */
const folders = {
  run: (trial: Trial) => trial.run('student'),
  runs: (trial: Trial) => runsOf(trial.space),
  ours: (trial: Trial) => dirname(runsOf(trial.space)),
} as const;

/** Starts the student's trainer and waits until it has been at work for a moment. */
async function atWork(trial: Trial): Promise<ReturnType<Trial['start']>> {
  const before = logOf(trial).length;
  const started = trial.start(trial.dice.percent(50) ? ['resume', trial.run('student')] : ['run', experimentName]);
  while (logOf(trial).length === before && started.child.exitCode === null) await sleep(2);
  await sleep(trial.dice.between(0, 300));
  return started;
}

/** Nothing half-made may take the place of what was taken away. */
function mustNotBeMadeAnew(folder: string, was: string): void {
  must(!existsSync(folder), `${was} was made anew after it had been taken away: ${folder}`);
}

export const movedFolder: Kind = {
  name: 'folder moved while it is trained in',
  short: 1,
  attempt: async (trial) => {
    trial.place('killed');
    const which = trial.dice.pick(['run', 'runs', 'ours'] as const);
    const { answer } = await atWork(trial);
    const from = folders[which](trial);
    const to = join(trial.space, 'elsewhere');
    renameSync(from, to);
    trial.note(`${from} was moved to ${to}`);
    const ended = await answer;
    mustBeSound(ended);
    while (trial.trainers().length > 0) await sleep(20);
    mustNotBeMadeAnew(from, 'what was moved');
    renameSync(to, from);
    await mustBeReadable(trial, { compared: false });
    await mustGoOn(trial);
    const students = readdirSync(runsOf(trial.space)).filter((id) => id.includes('-student-'));
    must(students.length === 1, `it began anew: ${students.join()}`);
  },
};

/** Again and again while a trainer puts a file into a folder that is just being emptied. */
function deleteWhole(folder: string): void {
  for (let left = 100; ; left--) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (left === 0 || errorCode(error) !== 'ENOTEMPTY') throw error;
    }
  }
}

export const deletedFolder: Kind = {
  name: 'folder deleted while it is trained in',
  short: 0,
  attempt: async (trial) => {
    trial.place('killed');
    const which = trial.dice.pick(['run', 'runs', 'ours'] as const);
    const { answer } = await atWork(trial);
    const folder = folders[which](trial);
    deleteWhole(folder);
    trial.note(`${folder} was deleted`);
    const ended = await answer;
    mustBeSound(ended);
    while (trial.trainers().length > 0) await sleep(20);
    mustNotBeMadeAnew(folder, 'what was deleted');
    const again = await trial.command(['run', experimentName]);
    must(again.code === 0, 'it did not begin again');
    await mustBeTheSame(trial, {});
  },
};

export const replacedFolder: Kind = {
  name: 'folder replaced by another, or by a link, while it is trained in',
  short: 0,
  attempt: async (trial) => {
    trial.place('killed');
    const { dice, outside, space } = trial;
    const copy = join(space, 'copy');
    cpSync(trial.run('student'), copy, { recursive: true });
    const { answer } = await atWork(trial);
    const folder = trial.run('student');
    renameSync(folder, join(space, 'away'));
    const by = dice.pick(['a copy', 'an empty folder', 'a link', 'a file'] as const);
    if (by === 'a copy') renameSync(copy, folder);
    else if (by === 'an empty folder') mkdirSync(folder);
    else if (by === 'a link') symlinkSync(join(outside, 'folder'), folder);
    else writeFileSync(folder, '');
    trial.note(`${folder} was replaced by ${by}`);
    mustBeSound(await answer);
    while (trial.trainers().length > 0) await sleep(20);
    await mustBeReadable(trial, { compared: false });
    rmSync(folder, { recursive: true });
    renameSync(join(space, 'away'), folder);
    await mustGoOn(trial);
  },
};
