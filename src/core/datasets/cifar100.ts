import * as z from 'zod';
import { cifarFolder, cifarPage, fetchedFolder, tenThousand } from './cifarFolder.js';
import { commonSettings, datasetKind } from './datasetKind.js';

/** The fine classes, in the order of their labels. */
const classes = `
  apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle
  caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish
  forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle
  mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine
  possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar
  sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle wardrobe whale
  willow_tree wolf woman worm`
  .split(/\s+/)
  .filter((word) => word !== '');

export const cifar100 = datasetKind({
  settings: {
    dataset: z.literal('cifar100').describe('32×32 colour pictures of 100 classes, in the binary version.'),
    folder: fetchedFolder,
    ...commonSettings,
  },
  ...cifarFolder({
    name: 'cifar100',
    archive: {
      title: 'CIFAR-100',
      page: cifarPage,
      url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
      bytes: 168_513_733,
      md5: '03b5dce01913d631647c71ecec9e9cb8',
      folder: 'cifar-100-binary',
      files: { 'train.bin': 5 * tenThousand({ labels: 2 }), 'test.bin': tenThousand({ labels: 2 }) },
    },
    layout: { train: ['train.bin'], test: 'test.bin', labelBytes: 2, names: 'fine_label_names.txt', classes },
  }),
});
