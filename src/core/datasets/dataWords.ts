import type { DataSpec } from './dataSpec.js';
import { counted } from '../words.js';

/** A data set for people, and where it lies if that is not known to all: `mnist`, `images in /data/flowers`. */
export function dataWords(data: DataSpec): string {
  switch (data.dataset) {
    case 'mnist':
      return data.dataset;
    case 'idx':
      return `idx files as ${data.test.images}`;
    case 'fashion-mnist':
    case 'cifar10':
    case 'cifar100':
    case 'images':
      return data.folder === undefined ? data.dataset : `${data.dataset} in ${data.folder}`;
  }
}

/** Pictures of a split: `test, 10,000 pictures of mnist`. */
export function splitWords(split: string, { n, of }: { n: number; of: string }): string {
  return `${split}, ${counted(n, 'picture')} of ${of}`;
}

/** What a split is called in a sentence. */
export function setWords(split: 'train' | 'validation' | 'test'): string {
  return split === 'train' ? 'the training set' : `the ${split} set`;
}
