import * as z from 'zod';
import type { Archive } from './archive.js';
import { folderPlace, type DatasetKind } from './datasetKind.js';

/** How a set lies in its files: records of label bytes, then 1,024 bytes each of red, green and blue, row by row. */
export interface CifarLayout {
  readonly train: readonly string[];
  readonly test: string;
  /** The last of a record's label bytes is the class. */
  readonly labelBytes: 1 | 2;
  /** The file that names the classes, one a line. */
  readonly names: string;
  /** Of the classes, where the file of names is not there. */
  readonly classes: readonly string[];
}

/** A binary version of CIFAR (Krizhevsky 2009): 50,000 and 10,000 pictures of 32×32 pixels in colour. */
export interface CifarSource {
  readonly kind: 'cifar';
  readonly name: string;
  /** Null for the one that was fetched. */
  readonly folder: string | null;
  readonly archive: Archive;
  readonly layout: CifarLayout;
}

interface FolderSpec {
  readonly dataset: string;
  readonly folder?: string | undefined;
}

/** The folder of a set that `distillery data fetch` brings as well. */
export const fetchedFolder = z
  .string()
  .min(1)
  .optional()
  .describe('The folder with its binary files, relative to the experiment; without it what `data fetch` downloaded.');

export const cifarPage = 'https://www.cs.toronto.edu/~kriz/cifar.html';

/** Bytes of 10,000 pictures of 32×32 pixels in three colours, with so many label bytes each. */
export const tenThousand = ({ labels }: { labels: number }): number => 10_000 * (labels + 3 * 32 * 32);

/** What the binary versions of CIFAR have in common. */
export function cifarFolder({
  name,
  archive,
  layout,
}: Pick<CifarSource, 'name' | 'archive' | 'layout'>): DatasetKind<FolderSpec, CifarSource> {
  return {
    places: [folderPlace],
    archive,
    classes: () => layout.classes.length,
    words: ({ dataset, folder }) => (folder === undefined ? dataset : `${dataset} in ${folder}`),
    identity: ({ folder, ...rest }) => rest,
    source: ({ folder = null }) => ({ kind: 'cifar', name, folder, archive, layout }),
  };
}
