import { cpSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { listed, mustBeFigures, mustBeReadable, mustGoOn } from '../checks.js';
import type { Kind } from '../kind.js';
import { must } from '../trial.js';
import { runOf, runsOf, templateOf } from '../world.js';

const atOnce = 64;

/** As many cuts as runs are listed at once, at the bytes that follow those of the trial before. */
export const cutLog: Kind = {
  name: 'log cut at every byte, then listed',
  short: 2,
  attempt: async (trial) => {
    const { world, dice, space } = trial;
    const from = runOf(templateOf(world, dice.pick(['finished', 'killed', 'stopped'])), 'student') ?? '';
    const log = readFileSync(join(from, 'log.jsonl'));
    const first = dice.below(Math.max(1, log.length - atOnce));
    trial.note(`${from}: cut at byte ${first.toString()} to ${(first + atOnce).toString()}`);
    for (let index = 0; index < atOnce; index++) {
      const to = join(runsOf(space), `${basename(from)}-${index.toString()}`);
      mkdirSync(to, { recursive: true });
      cpSync(join(from, 'run.json'), join(to, 'run.json'));
      writeFileSync(join(to, 'log.jsonl'), log.subarray(0, first + index));
    }
    const rows = await listed(trial);
    trial.tried = atOnce;
    must(rows.length === atOnce, `${rows.length.toString()} of ${atOnce.toString()} runs were listed`);
    for (const { id, state, test } of rows) {
      must(state !== 'damaged', `${String(id)} is called damaged`);
      must(state !== 'finished', `${String(id)} is called finished without its end`);
      mustBeFigures(trial, { test, by: 'list' });
    }
  },
};

export const cutLogResumed: Kind = {
  name: 'log cut anywhere, then gone on with',
  short: 1,
  attempt: async (trial) => {
    trial.place(trial.dice.pick(['killed', 'stopped', 'finished']));
    const log = join(trial.run('student'), 'log.jsonl');
    must(existsSync(log), 'there is no log');
    const size = trial.dice.below(readFileSync(log).length);
    truncateSync(log, size);
    trial.note(`the log was cut to ${size.toString()} bytes`);
    await mustBeReadable(trial, { compared: false });
    await mustGoOn(trial, { touched: [log], history: 'told', refused: true });
  },
};
