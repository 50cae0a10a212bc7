import * as z from 'zod';

const positiveInt = z.int().positive();
const path = (what: string) => z.string().min(1).describe(`${what}; relative to the experiment.`);

const common = {
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
};

const idxPair = (split: string) =>
  z
    .strictObject({ images: path('IDX file of pictures'), labels: path('IDX file of labels') })
    .describe(`The ${split} set.`);

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
      folder: path('The folder that holds `train` and `test`'),
      size: z
        .union([positiveInt, z.tuple([positiveInt, positiveInt])])
        .optional()
        .describe('Height and width that pictures are resized to when read; needed where they differ in size.'),
      ...common,
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
