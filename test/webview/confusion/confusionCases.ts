import { readFileSync } from 'node:fs';
import { z } from 'zod';

const numbers = z.array(z.number());
const two = <T extends z.ZodType>(each: T): z.ZodTuple<[T, T]> => z.tuple([each, each]);
const partCounts = z.object({
  bothRight: z.int(),
  onlyFirst: z.int(),
  onlySecond: z.int(),
  bothWrong: z.int(),
  same: z.int(),
});

const confusionCases = z.object({
  linkage: z.array(z.object({ n: z.int(), distances: numbers, heights: numbers, cophenetic: numbers })),
  pairs: z.array(
    z.object({
      classes: z.int(),
      labels: numbers,
      logits: two(numbers),
      counts: two(numbers),
      shares: two(z.array(z.number().nullable())),
      all: partCounts,
      byClass: z.array(partCounts),
    }),
  ),
});

/** What SciPy and scikit-learn say; see test/fixtures/record_confusion.py. */
export function readConfusionCases(): z.output<typeof confusionCases> {
  return confusionCases.parse(JSON.parse(readFileSync('test/fixtures/confusion.json', 'utf8')));
}
