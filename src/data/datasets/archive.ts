import type { DatasetName } from '../../core/spec/spec.js';

/** A data set as its authors publish it. */
export interface Archive {
  readonly title: string;
  readonly url: string;
  readonly bytes: number;
  /** Of the whole archive, as the authors publish it: 32 hexadecimal digits. */
  readonly md5: string;
  /** The folder that the archive holds, and the one it becomes inside the data folder. */
  readonly folder: string;
  /** The files in it that must be there, with their sizes. */
  readonly files: Readonly<Record<string, number>>;
}

export const archiveNames = ['cifar10', 'cifar100'] as const satisfies readonly DatasetName[];
export type ArchiveName = (typeof archiveNames)[number];

/** Bytes of 10,000 pictures of 32×32 pixels in three colours, with so many label bytes each. */
const tenThousand = ({ labels }: { labels: number }): number => 10_000 * (labels + 3 * 32 * 32);

/** The binary versions of https://www.cs.toronto.edu/~kriz/cifar.html. */
export const archives: Readonly<Record<ArchiveName, Archive>> = {
  cifar10: {
    title: 'CIFAR-10',
    url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
    bytes: 170_052_171,
    md5: 'c32a1d4ab5d03f1284b67883e8d87530',
    folder: 'cifar-10-batches-bin',
    files: Object.fromEntries(
      ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch'].map((name) => [
        `${name}.bin`,
        tenThousand({ labels: 1 }),
      ]),
    ),
  },
  cifar100: {
    title: 'CIFAR-100',
    url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
    bytes: 168_513_733,
    md5: '03b5dce01913d631647c71ecec9e9cb8',
    folder: 'cifar-100-binary',
    files: { 'train.bin': 5 * tenThousand({ labels: 2 }), 'test.bin': tenThousand({ labels: 2 }) },
  },
};

/** What to do where a data set is not there: with a network, and without one. */
export function fetchFix(name: ArchiveName): string {
  const { url, md5 } = archives[name];
  return (
    `Run \`distillery data fetch ${name}\`. Where there is no network, bring ${url} (md5 ${md5}) from elsewhere ` +
    `and run \`distillery data fetch ${name} --file ARCHIVE\`; or name the folder of its files as \`data.folder\`.`
  );
}
