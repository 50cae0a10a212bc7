import { parseArgs } from 'node:util';
import { methods } from './verdict/methods.js';
import { missedOf, ratesOf, size } from './verdict/rates.js';
import { readSweepAnswers } from './verdict/sweepAnswers.js';
import { asItIs, exchangedInPairs, otherSeeds, relabelled, withGain, type World } from './verdict/worlds.js';

/**
 * How often a verdict is false where nothing is better than the baseline, and true where something is:
 *   npm run bench:verdict [-- --sweeps 1000]
 */
const { values } = parseArgs({ options: { sweeps: { type: 'string', default: '1000' } } });
const sweeps = Number(values.sweeps);
const answers = readSweepAnswers();
const gains = [0.01, 0.02, 0.04];

const nulls: readonly World[] = [relabelled(answers, size), exchangedInPairs(answers, size), otherSeeds(answers, size)];
const falses = nulls.map((world) => ratesOf(world, { sweeps }));
const powers = gains.map((gain) => ratesOf(withGain(otherSeeds(answers, size), gain), { sweeps }));

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const titles = [...nulls.map(({ name }) => name), ...gains.map((gain) => `power, ${100 * gain} points`)];
console.log(
  `${sweeps} sweeps of ${size.configurations} configurations × ${size.seeds} seeds, ${answers.pictures / 2} pictures\n`,
);
console.log(`| told better (worse) | ${titles.join(' | ')} |\n| --- |${' --- |'.repeat(titles.length)}`);
for (const method of methods) {
  const cells = [
    ...falses.map((rates) => {
      const found = rates.get(method) ?? null;
      return found === null ? '–' : `${percent(found.better)} (${percent(found.worse)})`;
    }),
    ...powers.map((rates) => {
      const found = rates.get(method) ?? null;
      return found === null ? '–' : percent(found.right);
    }),
  ];
  console.log(`| ${method.name} | ${cells.join(' | ')} |`);
}

const share = (runs: readonly Uint8Array[]): number =>
  runs.reduce((sum, run) => sum + run.reduce((total, right) => total + right, 0) / run.length, 0) / runs.length;
const differences = answers.students.map((runs) => share(runs) - share(answers.baseline.slice(0, runs.length)));
const missed = missedOf(asItIs(answers, size), { sweeps, differences });
console.log(
  `\nThe real sweep, chosen on validation: the corrected interval misses what all seeds say in ${percent(missed)}.`,
);
