import { entriesOf } from '../bits.js';
import { mustBeReadable, mustBeSound, mustGoOn } from '../checks.js';
import type { Kind } from '../kind.js';
import { must, type Trial } from '../trial.js';
import { sleep } from '../world.js';
import { logOf, mustHaveKept } from './killed.js';

/** How often a trainer has taken up the student, but for those that found it ended by the one before. */
function starts(trial: Trial): number {
  const types = entriesOf(logOf(trial).toString('utf8')).map(({ type }) => type);
  return types.filter((type, index) => type === 'started' && types[index - 1] !== 'finished').length;
}

/** A trainer of the folder, as a queue starts it or as a person may. */
const another = (trial: Trial): ReturnType<Trial['start']> =>
  trial.dice.percent(50)
    ? trial.start([trial.run('student')], { script: 'trainer.js' })
    : trial.start(['resume', trial.run('student')]);

export const twoTrainers: Kind = {
  name: 'two trainers in one folder',
  short: 0,
  attempt: async (trial) => {
    trial.place(trial.dice.pick(['killed', 'stopped']));
    const before = starts(trial);
    const answers = [];
    for (let count = 2 + trial.dice.below(2); count > 0; count--) {
      answers.push(another(trial).answer);
      await sleep(trial.dice.percent(50) ? 0 : trial.dice.between(0, 400));
    }
    const ended = await Promise.all(answers);
    ended.forEach(mustBeSound);
    must(
      ended.some(({ code }) => code === 0),
      'none of the trainers got to the end',
    );
    must(starts(trial) - before === 1, `${(starts(trial) - before).toString()} trainers began`);
    await mustGoOn(trial);
  },
};

export const stoppedTrainer: Kind = {
  name: 'trainer put to sleep (SIGSTOP), then a second one',
  short: 1,
  attempt: async (trial) => {
    trial.place(trial.dice.pick(['killed', 'stopped']));
    const first = trial.start([trial.run('student')], { script: 'trainer.js' });
    while (trial.trainers().length === 0) await sleep(5);
    await sleep(trial.dice.between(100, 600 * trial.world.seconds.resume));
    const asleep = trial.trainers();
    for (const pid of asleep) trial.signal(pid, 'SIGSTOP');
    const before = logOf(trial);
    await mustBeReadable(trial, { compared: false });
    const second = await another(trial).answer;
    mustBeSound(second);
    for (const pid of asleep) trial.signal(pid, 'SIGCONT');
    // One that was declared dead ends in words, and the other's result stands.
    mustBeSound(await first.answer);
    mustHaveKept(trial, before);
    await mustGoOn(trial);
  },
};
