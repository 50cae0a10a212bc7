import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { distillSchema, type DistillSpec } from '../../../src/core/spec/spec.js';

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
    dist: z.object({ total: z.number(), interClass: z.number(), intraClass: z.number(), gradient: numbers }),
    mixed: z.object({ standardizedHinton: objective, dist: objective, dkd: objective, standardizedDkd: objective }),
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

/** Every loss that a spec can ask for, as recorded for a case: α·distillation + (1−α)·student loss, or the snippet. */
export function recordedObjectives({ temperature, alpha, ensemble, expected }: LossCase): readonly {
  readonly name: string;
  readonly spec: DistillSpec;
  readonly expected: LossCase['expected']['hinton'];
}[] {
  const part = { temperature, alpha, ensemble };
  const weights = { target: 1.5, nonTarget: 4 };
  const { mixed } = expected;
  const objectives = [
    { name: 'hinton', asked: { loss: 'hinton' }, expected: expected.hinton },
    { name: 'snippet', asked: { loss: 'snippet' }, expected: expected.snippet },
    { name: 'dist', asked: { loss: 'dist', interClass: 1, intraClass: 2 }, expected: mixed.dist },
    { name: 'dkd', asked: { loss: 'dkd', ...weights }, expected: mixed.dkd },
    {
      name: 'standardized dkd',
      asked: { loss: 'dkd', ...weights, standardize: true },
      expected: mixed.standardizedDkd,
    },
    {
      name: 'standardized hinton',
      asked: { loss: 'hinton', standardize: true },
      expected: mixed.standardizedHinton,
    },
  ];
  return objectives.map(({ name, asked, expected }) => ({
    name,
    spec: distillSchema.parse({ ...asked, ...part }),
    expected,
  }));
}
