import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { listed, mustBeReadable, mustBeSound, mustGoOn, read } from '../checks.js';
import type { Kind } from '../kind.js';
import { must, type Trial } from '../trial.js';
import { cannot, inNamespaces } from '../system.js';
import { runsOf, sleep } from '../world.js';

/** Loaded into every program of ours that is started, trainers among them: the clock that they read is set. */
const setClock = (milliseconds: number): Readonly<Record<string, string>> => {
  const script = `const real = Date; const shift = ${milliseconds.toString()};
globalThis.Date = class extends real {
  constructor(...parts) { if (parts.length === 0) super(real.now() + shift); else super(...parts); }
  static now() { return real.now() + shift; }
};`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
};

const hour = 3600_000;
const shifts = [-30 * 365 * 24 * hour, -24 * hour, -hour, -20_000, 20_000, hour, 24 * hour, 73 * 365 * 24 * hour];

/** What a person reads as a time that cannot be. */
const absurd = /\b\d{2,3}(?:,\d{3})+ h\b|\b\d{5,} h\b|-\d+(?:\.\d+)? (?:s|min|h)\b|\bNaN\b/;

async function mustTellNoAbsurdTime(trial: Trial): Promise<void> {
  for (const words of [['list'], ['show', trial.run('student')]]) {
    const { stdout, stderr } = await read(trial, words);
    const found = absurd.exec(`${stdout}\n${stderr}`)?.[0];
    must(found === undefined, `\`${words.join(' ')}\` tells of "${found ?? ''}"`);
  }
}

/** Puts the times of all files of ours to another time, as a wrong clock or a copy leaves them. */
function setTimes(folder: string, seconds: number): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) setTimes(path, seconds);
    utimesSync(path, seconds, seconds);
  }
}

export const clockSet: Kind = {
  name: 'clock set forward or back, before or between',
  short: 1,
  attempt: async (trial) => {
    const { dice } = trial;
    trial.place(dice.pick(['killed', 'stopped']));
    const shift = dice.pick(shifts);
    trial.note(`the clock is set by ${(shift / 1000).toString()} s`);
    if (dice.percent(50)) setTimes(runsOf(trial.space), Math.max(0, (Date.now() + shift) / 1000));
    const environment = setClock(shift);
    const { answer } = trial.start(['resume', trial.run('student')], { environment });
    if (dice.percent(70)) {
      await sleep(1000 * dice.between(0.2, trial.world.seconds.resume));
      for (const pid of [...trial.queues(), ...trial.trainers()]) trial.signal(pid, 'SIGKILL');
    }
    const ended = await answer;
    if (ended.signal === null) mustBeSound(ended);
    const states = await listed(trial);
    must(
      states.every(({ state }) => state !== 'running' && state !== 'damaged'),
      'nobody trains, but a run is "running"',
    );
    await mustTellNoAbsurdTime(trial);
    await mustBeReadable(trial, { compared: false });
    await mustGoOn(trial);
    await mustTellNoAbsurdTime(trial);
  },
};

const bootClock = (offset: number): string[] =>
  inNamespaces('--time', '--fork', `--boottime=${offset.toString()}`, `--monotonic=${offset.toString()}`);

/** When a process began is told by the clock that counts from the machine's start, which a container may have its own of. */
export const otherBootClock: Kind = {
  name: 'clock of the machine another one (time namespace)',
  short: 0,
  unavailable: () => cannot([...bootClock(1000), 'true']),
  attempt: async (trial) => {
    trial.place(trial.dice.pick(['killed', 'stopped']));
    const within = bootClock(trial.dice.pick([1000, 100_000, 50_000_000]));
    const first = trial.start([trial.run('student')], { script: 'trainer.js', within });
    while (trial.trainers().length === 0) await sleep(5);
    await sleep(1000 * trial.dice.between(0.1, 0.6 * trial.world.seconds.resume));
    await mustBeReadable(trial, { compared: false });
    mustBeSound(await trial.command(['resume', trial.run('student')]));
    mustBeSound(await first.answer);
    await mustGoOn(trial);
  },
};
