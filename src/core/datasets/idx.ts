import * as z from 'zod';
import { commonSettings, datasetKind, path, type PlaceSetting } from './datasetKind.js';
import type { IdxSource } from './idxFolder.js';

const idxPair = (split: string) =>
  z
    .strictObject({ images: path('IDX file of pictures'), labels: path('IDX file of labels') })
    .describe(`The ${split} set.`);

const places = (['train', 'test'] as const).flatMap((split) =>
  (['images', 'labels'] as const).map((part): PlaceSetting => ({
    keys: [split, part],
    what: `the ${part} of ${split}`,
    kind: 'file',
  })),
);

/** Files of the user's own, named one by one. */
export const idx = datasetKind({
  settings: {
    dataset: z.literal('idx').describe('Any pictures and labels in the IDX format of MNIST.'),
    train: idxPair('training'),
    test: idxPair('test'),
    classes: z.array(z.string().min(1)).min(2).optional().describe('Names of the classes; their numbers without it.'),
    ...commonSettings,
  },
  places,
  archive: null,
  classes: ({ classes }) => classes?.length ?? null,
  words: ({ test }) => `idx files as ${test.images}`,
  identity: ({ train, test, ...rest }) => rest,
  source: ({ train, test, classes }): IdxSource => ({
    kind: 'idx',
    name: 'idx',
    folder: null,
    files: { train, test },
    classes: classes ?? null,
    fix: 'Check the file, or name another one in `data`.',
  }),
});
