import * as z from 'zod';
import { cifarFolder, cifarPage, fetchedFolder, tenThousand } from './cifarFolder.js';
import { commonSettings, datasetKind } from './datasetKind.js';

const train = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`);
const test = 'test_batch.bin';

export const cifar10 = datasetKind({
  settings: {
    dataset: z.literal('cifar10').describe('32×32 colour pictures of 10 classes, in the binary version.'),
    folder: fetchedFolder,
    ...commonSettings,
  },
  ...cifarFolder({
    name: 'cifar10',
    archive: {
      title: 'CIFAR-10',
      page: cifarPage,
      url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
      bytes: 170_052_171,
      md5: 'c32a1d4ab5d03f1284b67883e8d87530',
      folder: 'cifar-10-batches-bin',
      files: Object.fromEntries([...train, test].map((name) => [name, tenThousand({ labels: 1 })])),
    },
    layout: {
      train,
      test,
      labelBytes: 1,
      names: 'batches.meta.txt',
      classes: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
    },
  }),
});
