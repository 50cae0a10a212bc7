import { readFileSync } from 'node:fs';
import { z } from 'zod';

const numbers = z.array(z.number());

const objective = z.object({
  total: z.number(),
  distillation: z.number(),
  student: z.number(),
  gradient: numbers,
});

const lossCase = z.object({
  n: z.int(),
  classes: z.int(),
  spread: z.enum(['ordinary', 'wide']),
  temperature: z.number(),
  alpha: z.number(),
  ensemble: z.enum(['probabilities', 'logits']),
  teachers: z.array(numbers),
  student: numbers,
  labels: numbers,
  expected: z.object({
    hinton: objective,
    snippet: objective,
    dkd: z
      .object({ total: z.number(), targetDivergence: z.number(), otherDivergence: z.number(), gradient: numbers })
      .optional(),
    standardizedHinton: objective.optional(),
  }),
});

export type LossCase = z.output<typeof lossCase>;

/** What PyTorch computes in float64; see test/fixtures/record_losses.py. */
export function readLossCases(): LossCase[] {
  return z.array(lossCase).parse(JSON.parse(readFileSync('test/fixtures/losses.json', 'utf8')));
}

/** Names a case in the title of a test. */
export function describeCase({ classes, spread, temperature, alpha, teachers, ensemble }: LossCase): string {
  const from = teachers.length === 1 ? 'one teacher' : `${teachers.length} teachers by ${ensemble}`;
  return `${classes} classes, ${spread} logits, T ${temperature}, α ${alpha}, ${from}`;
}
