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
    fit: z
      .enum(['stretch', 'crop', 'pad'])
      .optional()
      .describe(
        'How a picture becomes `size`: `stretch` (as without it) to both sides; `crop` resizes the short side to `resize` and cuts out the centre; `pad` keeps all of it, with margins.',
      ),
    resize: positiveInt
      .optional()
      .describe(
        'With `crop`: what the short side is resized to before, as torchvision’s `Resize(256)` before `CenterCrop(224)`; timm’s is `size` over `crop_pct`. Without it the picture just covers `size`.',
      ),
    fill: z
      .array(z.number().min(0).max(255))
      .min(1)
      .max(4)
      .optional()
      .describe(
        'The colour of margins, 0 to 255, one number for all channels or red, green and blue; black without it.',
      ),
    order: z
      .enum(['rgb', 'bgr'])
      .optional()
      .describe(
        'The order of the channels that the network sees: `rgb` (as without it), or `bgr` as Caffe and OpenCV.',
      ),
    range: z
      .tuple([z.number(), z.number()])
      .optional()
      .describe(
        'What black and white become before `mean` and `std`: [0, 1] (as without it), [-1, 1] or [0, 255], which Caffe’s means belong to.',
      ),
    mean: channels
      .default([0])
      .describe('Subtracted from pixels in `range`, one number for all channels or one each, in the order of `order`.'),
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
