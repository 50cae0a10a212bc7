import type { SplitName } from '../../run/folder.js';
import { sha256 } from '../../run/hash.js';
import type { Dataset, Split } from '../data/dataset.js';

/** The pictures of a data set, and what stands for them in the keys of what is stored about them. */
export class Pictures {
  readonly #hashes = new Map<SplitName, string>();

  constructor(private readonly dataset: Dataset) {}

  split(name: SplitName): Split {
    return this.dataset[name];
  }

  /** By their decoded bytes, whatever files they came from. Each split is read through once. */
  identity(name: SplitName): object {
    const { height, width, channels } = this.dataset;
    const hash = this.#hashes.get(name) ?? sha256(this.dataset[name].images);
    this.#hashes.set(name, hash);
    return { sha256: hash, height, width, channels };
  }

  /** `test, 10,000 pictures of mnist` */
  words(name: SplitName): string {
    const { labels } = this.dataset[name];
    return `${name}, ${labels.length.toLocaleString('en-US')} pictures of ${this.dataset.name}`;
  }
}
