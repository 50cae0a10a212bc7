import * as z from 'zod';

const positiveInt = z.int().positive();

export const datasetNames = ['mnist'] as const;

export const dataSchema = z.strictObject({
  dataset: z.enum(datasetNames).describe('The data set.'),
  validation: z
    .int()
    .min(0)
    .default(0)
    .describe(
      'How many training examples to hold out, drawn by the seed 0, so that settings can be chosen without the test set.',
    ),
  limit: z
    .strictObject({
      train: positiveInt.optional().describe('How many training examples are used.'),
      test: positiveInt.optional().describe('How many test examples are used.'),
    })
    .default({})
    .describe('Use only the first examples of a split: for a quick try.'),
});

export type DataSpec = z.output<typeof dataSchema>;
