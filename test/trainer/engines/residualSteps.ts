import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { modelSchema } from '../../../src/core/spec/spec.js';
import { formulaTraining } from '../models/formulaTraining.js';

const recordedSchema = z.object({
  spec: modelSchema,
  side: z.int(),
  batch: z.int(),
  optimizer: z.object({ learningRate: z.number(), momentum: z.number(), weightDecay: z.number() }),
  firstStep: z.int(),
  losses: z.array(z.number()),
});

/**
 * Twenty steps of resnet20, and their losses in PyTorch in float64 (record_parity.py). No ReLU in them comes nearer to 0
 * than 1e-5, and in float32 PyTorch's own losses are 5e-6 off at most: where a ReLU is within rounding of 0, engines take
 * different branches and none is wrong, so that their losses cannot be compared. docs/decisions/tensorflow.md has the numbers.
 */
export function residualSteps() {
  const { firstStep, ...recorded } = recordedSchema.parse(
    JSON.parse(readFileSync('test/fixtures/parity.json', 'utf8')),
  );
  return { ...formulaTraining(recorded, { skip: firstStep * recorded.batch }), losses: recorded.losses };
}
