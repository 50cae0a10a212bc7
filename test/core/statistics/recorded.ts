import { readFileSync } from 'node:fs';
import { z } from 'zod';

const number = z.number();
const answers = z.array(z.array(z.int()));

const recorded = z.object({
  t: z.array(z.object({ t: number, degrees: number, p: number })),
  critical: z.array(z.object({ p: number, degrees: number, t: number })),
  normal: z.array(z.object({ z: number, p: number })),
  logGamma: z.array(z.object({ x: number, value: number })),
  largest: z.array(z.object({ x: number, degrees: number, tried: z.int(), correlation: number, p: number })),
  dunnett: z.array(z.object({ tried: z.int(), degrees: z.int(), statistic: z.array(number), p: z.array(number) })),
  tables: z.array(
    z.object({
      student: answers,
      baseline: answers,
      difference: number,
      ofPictures: number,
      ofSeeds: number,
      ofRest: number,
      halfWidth: number,
      p: number,
    }),
  ),
  tPower: z.array(z.object({ effect: number, seeds: z.int(), power: number })),
  simulatedPower: z.array(
    z.object({
      difference: number,
      rest: number,
      ofSeeds: number,
      byPicture: number,
      pictures: z.int(),
      seeds: z.int(),
      power: number,
    }),
  ),
});

/** What SciPy, statsmodels and simulation say; see test/fixtures/record_statistics.py. */
export function readStatistics(): z.output<typeof recorded> {
  return recorded.parse(JSON.parse(readFileSync('test/fixtures/statistics.json', 'utf8')));
}
