import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustBeReadable, mustBeTheSame, mustGoOn } from '../checks.js';
import type { Kind } from '../kind.js';
import { must, type Trial } from '../trial.js';
import { experimentName, roles, runOf, sleep } from '../world.js';

/** All that was in a log stays there, whatever follows. */
export function mustHaveKept(trial: Trial, before: Buffer): void {
  const after = logOf(trial);
  must(after.subarray(0, before.length).equals(before), 'what was logged before the fault is not in the log any more');
}

export function logOf(trial: Trial): Buffer {
  const folder = runOf(trial.space, 'student');
  const log = folder === null ? '' : join(folder, 'log.jsonl');
  return existsSync(log) ? readFileSync(log) : Buffer.alloc(0);
}

async function killOnTheWay(trial: Trial, targets: readonly ('trainer' | 'queue')[]): Promise<void> {
  const { dice, world } = trial;
  const fresh = dice.percent(50);
  trial.place(fresh ? 'teacher' : 'killed');
  const kills = 1 + dice.below(3);
  for (let kill = 0; kill < kills; kill++) {
    const { answer } = trial.start(fresh ? ['run', experimentName] : ['resume', trial.run('student')]);
    await sleep(1000 * dice.between(0.1, (fresh ? 0.8 : 0.6) * world.seconds.run));
    if (targets.includes('queue')) for (const pid of trial.queues()) trial.signal(pid, 'SIGKILL');
    if (targets.includes('trainer')) for (const pid of trial.trainers()) trial.signal(pid, 'SIGKILL');
    await answer;
  }
  const before = logOf(trial);
  await mustBeReadable(trial, { compared: false });
  await mustGoOn(trial);
  mustHaveKept(trial, before);
  // What the other way of going on has not done yet.
  const rest = await trial.command(['run', experimentName]);
  must(rest.code === 0, 'the rest of the experiment did not get done');
  await mustBeTheSame(trial, {}, roles);
}

export const killedTrainer: Kind = {
  name: 'trainer killed (SIGKILL)',
  short: 0,
  attempt: (trial) => killOnTheWay(trial, ['trainer']),
};

export const killedQueue: Kind = {
  name: 'queue killed while trainers run or start',
  short: 1,
  attempt: (trial) => killOnTheWay(trial, ['queue']),
};

export const killedBoth: Kind = {
  name: 'trainer and queue killed',
  short: 1,
  attempt: (trial) => killOnTheWay(trial, ['queue', 'trainer']),
};
