import { folderPlace, type DatasetKind } from './datasetKind.js';

/** The two files of a split. */
export interface IdxPair {
  readonly images: string;
  readonly labels: string;
}

/** Pictures and labels as IDX files, each as it is or compressed with gzip. */
export interface IdxSource {
  readonly kind: 'idx';
  /** What messages call the set. */
  readonly name: string;
  /** The folder that holds the files, which may end with `.gz` there; null where they are named one by one. */
  readonly folder: string | null;
  readonly files: { readonly train: IdxPair; readonly test: IdxPair };
  /** In the order of the labels; null for as many numbers as the labels of the training set need. */
  readonly classes: readonly string[] | null;
  /** What to do about a file that is missing or damaged. */
  readonly fix: string;
}

interface FolderSpec {
  readonly dataset: string;
  readonly folder: string;
}

const files = {
  train: { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' },
  test: { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' },
};

/**
 * What sets have in common that are published as four IDX files, called as those of MNIST are: the user has them in a
 * folder.
 * @param of `classes`: in the order of the labels; `page`: where the files are
 */
export function idxFolder({
  name,
  classes,
  page,
}: {
  readonly name: string;
  readonly classes: readonly string[];
  readonly page: string;
}): DatasetKind<FolderSpec, IdxSource> {
  const { train, test } = files;
  const fix =
    `The folder needs the four files of ${page}: ${train.images}, ` +
    `${train.labels}, ${test.images} and ${test.labels}, each as it is or as .gz.`;
  return {
    places: [folderPlace],
    archive: null,
    classes: () => classes.length,
    words: ({ dataset, folder }) => `${dataset} in ${folder}`,
    identity: ({ folder, ...rest }) => rest,
    source: ({ folder }) => ({ kind: 'idx', name, folder, files, classes, fix }),
  };
}
