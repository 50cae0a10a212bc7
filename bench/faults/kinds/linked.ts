import { existsSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mustBeReadable, mustBeSound } from '../checks.js';
import type { Kind } from '../kind.js';
import { experimentName, runsOf } from '../world.js';

/** What a cloned repository can hold: links in the place of what is ours, out of the workspace. */
const files = [
  ...['log.jsonl', 'trainer.log', 'stop', 'engine', 'run.json', 'checkpoint.safetensors'],
  ...['checkpoint.previous.safetensors', 'logits'],
];
const shared = ['cache', 'runs', 'data', '.'];

export const linkedPlaces: Kind = {
  name: 'file or folder of ours a link out of the workspace',
  short: 1,
  attempt: async (trial) => {
    const { dice, outside } = trial;
    const template = dice.pick(['killed', 'stopped', 'teacher'] as const);
    trial.place(template);
    const ours = dirname(runsOf(trial.space));
    const run = trial.run(template === 'teacher' || dice.percent(25) ? 'teacher' : 'student');
    const path = dice.percent(75) ? join(run, dice.pick(files)) : join(ours, dice.pick(shared));
    const kept = dice.percent(50) && existsSync(path);
    // Either what was there lies behind the link, or what belongs to somebody else does.
    const target = kept
      ? join(trial.space, 'kept')
      : join(outside, dice.pick(['.profile', 'file.txt', 'folder', 'none']));
    if (kept) renameSync(path, target);
    else rmSync(path, { recursive: true, force: true });
    symlinkSync(target, path);
    trial.note(`${path} is a link to ${target}`);
    await mustBeReadable(trial, { compared: false });
    const commands = [
      ['run', experimentName],
      ['resume', 'latest'],
      ['stop', 'latest'],
      ['cache', '--clear'],
      ['run', experimentName, '--force'],
    ];
    for (let count = 2; count > 0; count--) mustBeSound(await trial.command(dice.pick(commands)));
  },
};
