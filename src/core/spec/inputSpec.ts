import * as z from 'zod';

const positiveInt = z.int().positive();
/** One number for all channels, or one a channel. */
const channels = z.array(z.number()).min(1).max(4);

/**
 * What a network does to a picture before it looks at it. It belongs to the model and never to the data set: a teacher
 * and its student may see one picture in different sizes and scales.
 */
export const inputSchema = z
  .strictObject({
    size: z
      .union([positiveInt, z.tuple([positiveInt, positiveInt])])
      .nullable()
      .default(null)
      .describe('Height and width in pixels that pictures are resized to, one number for both; null: as they are.'),
    interpolation: z
      .enum(['bilinear', 'bicubic'])
      .default('bilinear')
      .describe('How pictures are resized: as Pillow does, with antialiasing.'),
    mean: channels.default([0]).describe('Subtracted from pixels in 0..1, one number for all channels or one each.'),
    std: z
      .array(z.number().positive())
      .min(1)
      .max(4)
      .default([1])
      .describe('What pixels are divided by after that, one number for all channels or one each.'),
  })
  .describe('What the network does to a picture before it looks at it.');

export type InputSpec = z.output<typeof inputSchema>;

/** Of the ImageNet weights that torchvision publishes. */
export const imagenetMean = [0.485, 0.456, 0.406];
export const imagenetStd = [0.229, 0.224, 0.225];
