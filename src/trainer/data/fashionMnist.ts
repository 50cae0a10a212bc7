import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataSpec } from '../../core/spec/spec.js';
import type { Dataset } from './dataset.js';
import { loadIdxSet } from './idxSet.js';

/** In the order of the labels 0 to 9, as Xiao, Rasul and Vollgraf (2017) name them. */
const classes = [
  ...['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat'],
  ...['Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
];

const fix =
  'The folder needs the four files of https://github.com/zalandoresearch/fashion-mnist: train-images-idx3-ubyte, ' +
  'train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, each as it is or as .gz.';

/**
 * Fashion-MNIST: 60,000 and 10,000 pictures of 28×28 pixels, from the four files as they are published.
 * @throws ProblemError where a file is missing, damaged or does not fit the others; it names the file
 */
export async function loadFashionMnist(spec: Extract<DataSpec, { dataset: 'fashion-mnist' }>): Promise<Dataset> {
  const pair = async (split: string) => ({
    images: await published(join(spec.folder, `${split}-images-idx3-ubyte`)),
    labels: await published(join(spec.folder, `${split}-labels-idx1-ubyte`)),
  });
  const files = { train: await pair('train'), test: await pair('t10k') };
  return loadIdxSet({ name: 'fashion-mnist', files, classes, fix }, spec);
}

/** The file as it is where there is one, else as it is published. */
async function published(file: string): Promise<string> {
  return access(file).then(
    () => file,
    () => `${file}.gz`,
  );
}
