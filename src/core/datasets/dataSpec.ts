import * as z from 'zod';

const positiveInt = z.int().positive();
const path = (what: string) => z.string().min(1).describe(`${what}; relative to the experiment.`);

const heldOut = z.int().min(0);
const limited = (split: string) => positiveInt.optional().describe(`How many ${split} examples are used.`);

const common = {
  validation: heldOut
    .default(0)
    .describe(
      'How many training examples to hold out, drawn by the seed 0, so that settings can be chosen without the test set.',
    ),
  limit: z
    .strictObject({ train: limited('training'), validation: limited('validation'), test: limited('test') })
    .default({})
    .describe('Use only the first examples of a split: for a quick try.'),
};

const idxPair = (split: string) =>
  z
    .strictObject({ images: path('IDX file of pictures'), labels: path('IDX file of labels') })
    .describe(`The ${split} set.`);

const share = z.number().gt(0).lt(1);

/** A folder of pictures that is laid out as it is, and how its splits are found in it. */
const imageFolder = {
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
};

/** Where a folder may be left out it is the one that `distillery data fetch` fills. */
const fetched = z
  .string()
  .min(1)
  .optional()
  .describe('The folder with its binary files, relative to the experiment; without it what `data fetch` downloaded.');

/** The data sets with more settings of a shape in each. */
export const dataSchemaWith = <Shape extends z.core.$ZodLooseShape>(more: Shape) =>
  z.discriminatedUnion('dataset', [
    z.strictObject({
      dataset: z.literal('mnist').describe('Handwritten digits, 28×28; comes with Distillery.'),
      ...common,
      ...more,
    }),
    z.strictObject({
      dataset: z.literal('fashion-mnist').describe('Pieces of clothing, 28×28, as four IDX files.'),
      folder: path('The folder with its four IDX files'),
      ...common,
      ...more,
    }),
    z.strictObject({
      dataset: z.literal('cifar10').describe('32×32 colour pictures of 10 classes, in the binary version.'),
      folder: fetched,
      ...common,
      ...more,
    }),
    z.strictObject({
      dataset: z.literal('cifar100').describe('32×32 colour pictures of 100 classes, in the binary version.'),
      folder: fetched,
      ...common,
      ...more,
    }),
    z.strictObject({
      dataset: z.literal('idx').describe('Any pictures and labels in the IDX format of MNIST.'),
      train: idxPair('training'),
      test: idxPair('test'),
      classes: z.array(z.string().min(1)).min(2).optional().describe('Names of the classes; their numbers without it.'),
      ...common,
      ...more,
    }),
    z.strictObject({
      dataset: z.literal('images').describe('Folders of pictures, `train/<class>/…` and `test/<class>/…`.'),
      ...imageFolder,
      ...common,
      validation: z
        .union([heldOut, z.string().min(1)])
        .default(0)
        .describe(
          'How many training pictures to hold out, drawn by the seed 0; or the folder of the validation pictures, where it is not called `val` or alike.',
        ),
      ...more,
    }),
  ]);

/** Of a run: with what stands for the contents of files of the user's own, once they have been looked at. */
export const dataSchema = dataSchemaWith({
  contents: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

export type DataSpec = z.output<typeof dataSchema>;
export type DatasetName = DataSpec['dataset'];
export type ImagesSpec = Extract<DataSpec, { dataset: 'images' }>;

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

/** How many training examples are held out by number. */
export function heldOutCount({ validation }: Pick<DataSpec, 'validation'>): number {
  return typeof validation === 'number' ? validation : 0;
}

/** How many classes a data set has, where its spec alone tells; null where its files have to be read. */
export function classesOf(data: DataSpec): number | null {
  switch (data.dataset) {
    case 'mnist':
    case 'fashion-mnist':
    case 'cifar10':
      return 10;
    case 'cifar100':
      return 100;
    case 'idx':
      return data.classes?.length ?? null;
    case 'images':
      return null;
  }
}
