import { readFileSync } from 'node:fs';
import { z } from 'zod';

const numbers = z.array(z.number());
const scores = z.array(z.number().nullable());
const discordant = { onlyFirstWrong: z.int(), onlySecondWrong: z.int() };

const evaluationCases = z.object({
  predictions: z.array(
    z.object({
      classes: z.int(),
      logits: numbers,
      labels: numbers,
      confusion: numbers,
      accuracy: z.number(),
      balancedAccuracy: z.number(),
      logLoss: z.number(),
      precision: scores,
      recall: scores,
      f1: scores,
      support: numbers,
      calibration: z.array(z.object({ temperature: z.number(), error: z.number() })),
      entropyAt4: numbers,
      classAveragesAt4: z.array(numbers.nullable()),
    }),
  ),
  mcnemar: z.array(z.object({ ...discordant, p: z.number() })),
  bootstrap: z.array(z.object({ ...discordant, examples: z.int(), low: z.number(), high: z.number() })),
});

/** What scikit-learn, SciPy and NumPy say; see test/fixtures/record_evaluation.py. */
export function readEvaluationCases(): z.output<typeof evaluationCases> {
  return evaluationCases.parse(JSON.parse(readFileSync('test/fixtures/evaluation.json', 'utf8')));
}
