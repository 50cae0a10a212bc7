import { splitWords } from '../../core/datasets/dataWords.js';
import type { SplitName } from '../../run/folder.js';
import { sha256 } from '../../node/files/hash.js';
import type { Dataset, Split } from '../data/dataset.js';

const sampleSize = 64;

/** The pictures of a data set, and what stands for them in the keys of what is stored about them. */
export class Pictures {
  readonly #hashes = new Map<SplitName, string>();

  /** @param of the data set, for people */
  constructor(
    private readonly dataset: Dataset,
    private readonly of: string,
  ) {}

  /** Names of the classes. */
  get classes(): readonly string[] {
    return this.dataset.classes;
  }

  split(name: SplitName): Split {
    return this.dataset[name];
  }

  /** The first pictures of the test set, to learn what a network's answers look like. */
  get sample(): Split {
    const { images, labels } = this.dataset.test;
    const n = Math.min(sampleSize, labels.length);
    const { height, width, channels } = this.dataset;
    return { images: images.subarray(0, n * height * width * channels), labels: labels.subarray(0, n) };
  }

  /** By their decoded bytes, whatever files they came from. Each split is read through once at most. */
  identity(name: SplitName): object {
    const { height, width, channels } = this.dataset;
    const { images, sha256: known } = this.dataset[name];
    const hash = known ?? this.#hashes.get(name) ?? sha256(images);
    this.#hashes.set(name, hash);
    return { sha256: hash, height, width, channels };
  }

  /** `test, 10,000 pictures of mnist` */
  words(name: SplitName): string {
    return splitWords(name, { n: this.dataset[name].labels.length, of: this.of });
  }
}
