import { counted } from '../words.js';

/** Pictures of a split: `test, 10,000 pictures of mnist`. */
export function splitWords(split: string, { n, of }: { n: number; of: string }): string {
  return `${split}, ${counted(n, 'picture')} of ${of}`;
}

/** What a split is called in a sentence. */
export function setWords(split: 'train' | 'validation' | 'test'): string {
  return split === 'train' ? 'the training set' : `the ${split} set`;
}
