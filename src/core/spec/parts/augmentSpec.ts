import * as z from 'zod';

export const augmentSchema = z
  .strictObject({
    translate: z
      .int()
      .min(0)
      .max(14)
      .default(0)
      .describe('Random shift of up to this many pixels in x and y, padded with black.'),
    crop: z
      .int()
      .min(0)
      .max(64)
      .default(0)
      .describe('Padding in black of which a picture of the same size is cropped at random: `RandomCrop(padding)`.'),
    flip: z.boolean().default(false).describe('Mirrors every other picture, left to right, at random.'),
  })
  .describe('Random changes to the training pictures, drawn anew in every step.');

export type AugmentSpec = z.output<typeof augmentSchema>;

/** Whether pictures are changed at all: where they are not, what is computed of them once holds in every step. */
export const isAugmented = ({ translate, crop, flip }: AugmentSpec): boolean => translate > 0 || crop > 0 || flip;

/** The changes there are: `translate 2, flip`. */
export function augmentWords({ translate, crop, flip }: AugmentSpec): string {
  const words = [
    ...(translate > 0 ? [`translate ${translate}`] : []),
    ...(crop > 0 ? [`crop ${crop}`] : []),
    ...(flip ? ['flip'] : []),
  ];
  return words.join(', ');
}
