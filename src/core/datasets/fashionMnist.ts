import * as z from 'zod';
import { commonSettings, datasetKind, path } from './datasetKind.js';
import { idxFolder } from './idxFolder.js';

/** Fashion-MNIST: 60,000 and 10,000 pictures of 28×28 pixels. */
export const fashionMnist = datasetKind({
  settings: {
    dataset: z.literal('fashion-mnist').describe('Pieces of clothing, 28×28, as four IDX files.'),
    folder: path('The folder with its four IDX files'),
    ...commonSettings,
  },
  ...idxFolder({
    name: 'fashion-mnist',
    page: 'https://github.com/zalandoresearch/fashion-mnist',
    // As Xiao, Rasul and Vollgraf (2017) name them.
    classes: [
      ...['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat'],
      ...['Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
    ],
  }),
});
