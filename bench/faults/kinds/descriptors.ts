import { mustBeReadable, mustBeSound, mustGoOn, read } from '../checks.js';
import type { Kind } from '../kind.js';
import { cannot } from '../system.js';

const limited = (most: number): string[] => ['prlimit', `--nofile=${most.toString()}`];

/** How many descriptors Node.js itself needs for a module that asks for a file. */
function leastOfNode(): number {
  const script = "import('node:fs/promises').then((fs) => fs.readdir('.'))";
  let least = 12;
  while (cannot([...limited(least), process.execPath, '-e', script]) !== null) least++;
  return least;
}

export const descriptors: Kind = {
  name: 'descriptors exhausted',
  short: 0,
  unavailable: () => cannot([...limited(100), 'true']),
  attempt: async (trial) => {
    const { dice } = trial;
    const template = dice.pick(['finished', 'killed', 'stopped'] as const);
    trial.place(template);
    const within = limited(leastOfNode() + dice.below(16));
    for (const words of [['list'], ['show', trial.run('student')]]) await read(trial, words, { within });
    if (template !== 'finished') mustBeSound(await trial.command(['resume', trial.run('student')], { within }));
    await mustBeReadable(trial, { compared: false });
    await mustGoOn(trial);
  },
};
