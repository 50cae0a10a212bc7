import { mkdirSync, readdirSync } from 'node:fs';
import { mustBeReadable, mustBeSound, mustBeTheSame } from '../checks.js';
import type { Kind } from '../kind.js';
import { must } from '../trial.js';
import { cannotMount, mountDisk, tool } from '../system.js';
import { experimentName, roles, runsOf } from '../world.js';

const enough = 'size=64m,nr_inodes=10000';

export const fullDisk: Kind = {
  name: 'disk full (bytes or inodes)',
  short: 1,
  unavailable: cannotMount,
  attempt: async (trial) => {
    const { dice, space } = trial;
    mkdirSync(space);
    mountDisk(trial, enough);
    trial.place(dice.pick(['teacher', 'killed', 'stopped']));
    const [bytes = 0, inodes = 0] =
      tool(['df', '--block-size=1', '--output=used,iused', space])
        .trim()
        .split('\n')
        .at(-1)
        ?.trim()
        .split(/\s+/)
        .map(Number) ?? [];
    const room = dice.percent(75)
      ? `size=${Math.ceil((bytes + dice.between(0, 400_000)) / 1024).toString()}k`
      : `nr_inodes=${(inodes + 1 + dice.below(40)).toString()}`;
    tool(['mount', '-o', `remount,${room}`, space]);
    trial.note(`only ${room}`);
    for (let attempt = 1 + dice.below(2); attempt > 0; attempt--) {
      mustBeSound(await trial.command(['run', experimentName]));
      await mustBeReadable(trial, { compared: false });
    }
    const begun = readdirSync(runsOf(space)).filter((name) => !name.startsWith('.'));
    tool(['mount', '-o', `remount,${enough}`, space]);
    const after = await trial.command(['run', experimentName]);
    must(after.code === 0, 'it did not go on with room');
    const ended = readdirSync(runsOf(space)).filter((name) => !name.startsWith('.'));
    must(
      ended.length === roles.length && begun.every((id) => ended.includes(id)),
      `it began anew: ${begun.join()} became ${ended.join()}`,
    );
    await mustBeTheSame(trial, {});
  },
};
