import * as z from 'zod';

export const augmentSchema = z
  .strictObject({
    translate: z
      .int()
      .min(0)
      .max(14)
      .default(0)
      .describe('Random shift of up to this many pixels in x and y, padded with black.'),
  })
  .describe('Random changes to the training pictures, drawn anew in every step.');

export type AugmentSpec = z.output<typeof augmentSchema>;
