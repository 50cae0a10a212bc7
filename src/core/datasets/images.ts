import * as z from 'zod';
import { commonSettings, datasetKind, folderPlace, heldOut, path, type SpecOf } from './datasetKind.js';

const share = z.number().gt(0).lt(1);
const positiveInt = z.int().positive();

/** A folder of pictures that is laid out as it is, and how its splits are found in it. */
const settings = {
  dataset: z.literal('images').describe('Folders of pictures, `train/<class>/…` and `test/<class>/…`.'),
  folder: path('The folder that holds `train` and `test`, or the folders of the classes where `split` divides them'),
  train: z
    .string()
    .min(1)
    .optional()
    .describe('The folder of the training pictures inside `folder`, where it is not called `train` or alike.'),
  test: z
    .string()
    .min(1)
    .optional()
    .describe('The folder of the test pictures inside `folder`, where it is not called `test`, `val` or alike.'),
  split: z
    .union([
      share,
      z.strictObject({
        test: share.optional().describe('The share to test on.'),
        validation: share.optional().describe('The share to choose settings by.'),
        seed: z.int().min(0).max(0xffffffff).optional().describe('Which pictures are drawn: 0 without it.'),
      }),
    ])
    .optional()
    .describe(
      'The share of each class that is drawn from the training pictures to test on, as 0.2, where there is no folder of test pictures; or the shares of `test` and `validation`.',
    ),
  damaged: z
    .enum(['error', 'skip'])
    .optional()
    .describe('`skip` goes on without pictures that cannot be read, and says which; else they are an error.'),
  size: z
    .union([positiveInt, z.tuple([positiveInt, positiveInt])])
    .optional()
    .describe('Height and width that pictures are resized to when read; needed where they differ in size.'),
  ...commonSettings,
  validation: z
    .union([heldOut, z.string().min(1)])
    .default(0)
    .describe(
      'How many training pictures to hold out, drawn by the seed 0; or the folder of the validation pictures, where it is not called `val` or alike.',
    ),
};

export type ImagesSpec = SpecOf<typeof settings>;

/** A folder of pictures, which is listed before it is read. */
export interface ImagesSource {
  readonly kind: 'images';
  readonly spec: ImagesSpec;
}

export const images = datasetKind({
  settings,
  places: [folderPlace],
  archive: null,
  classes: () => null,
  words: ({ dataset, folder }) => `${dataset} in ${folder}`,
  // What its folders are called and which pictures were left out says nothing beside the pictures that are used.
  identity: ({ folder, train, test, damaged, split, validation, ...rest }) => ({
    ...rest,
    validation: typeof validation === 'number' ? validation : 0,
    ...(split === undefined ? {} : { split: splitShares(split) }),
  }),
  source: (spec): ImagesSource => ({ kind: 'images', spec }),
});

/** The shares of each class that are drawn from the training pictures, 0 where none are, and by which seed. */
export interface SplitShares {
  readonly test: number;
  readonly validation: number;
  readonly seed: number;
}

/** A split as it is meant, however it is written. */
export function splitShares(split: ImagesSpec['split']): SplitShares {
  const { test = 0, validation = 0, seed = 0 } = typeof split === 'number' ? { test: split } : (split ?? {});
  return { test, validation, seed };
}
