import * as z from 'zod';
import { commonSettings, datasetKind } from './datasetKind.js';

/** MNIST as it comes with Distillery. */
export interface MnistSource {
  readonly kind: 'mnist';
}

export const mnist = datasetKind({
  settings: {
    dataset: z.literal('mnist').describe('Handwritten digits, 28×28; comes with Distillery.'),
    ...commonSettings,
  },
  places: [],
  archive: null,
  classes: () => 10,
  words: ({ dataset }) => dataset,
  identity: (spec) => spec,
  source: (): MnistSource => ({ kind: 'mnist' }),
});
