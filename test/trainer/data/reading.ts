import { join } from 'node:path';
import type { Reading } from '../../../src/trainer/data/dataset.js';
import { sharedAt } from '../../run/opened.js';
import { DecodedStore } from '../../../src/trainer/data/decodedStore.js';

/** What reading a data set needs; pictures that are decoded are kept in a folder `cache` inside the given one. */
export function readingIn(folder: string, more: Partial<Reading> = {}): Reading {
  const note = (text: string): void => {
    throw new Error(`nothing was to be said, but: ${text}`);
  };
  return {
    dataFolder: 'unused',
    decoded: new DecodedStore({ cache: sharedAt(join(folder, 'cache')), note }),
    say: { note, warn: ({ message }) => note(message) },
    onProgress: () => () => undefined,
    ...more,
  };
}
