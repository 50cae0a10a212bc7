import { assertNever } from '../../core/problem.js';
import type { DataSpec } from '../../core/spec/spec.js';
import { loadCifar10, loadCifar100 } from './cifar.js';
import type { Dataset, Reading } from './dataset.js';
import { loadFashionMnist } from './fashionMnist.js';
import { loadIdx } from './idxSet.js';
import { loadImageFolder } from './imageFolder.js';
import { loadMnist } from './mnist.js';

/**
 * The data set of a spec, in memory, split and limited as it says. Its paths are absolute.
 * @throws ProblemError where its files are missing or damaged, or do not fit into memory
 */
export async function loadDataset(spec: DataSpec, reading: Reading): Promise<Dataset> {
  switch (spec.dataset) {
    case 'mnist':
      return loadMnist(spec);
    case 'fashion-mnist':
      return loadFashionMnist(spec);
    case 'cifar10':
      return loadCifar10(spec, reading);
    case 'cifar100':
      return loadCifar100(spec, reading);
    case 'idx':
      return loadIdx(spec);
    case 'images':
      return loadImageFolder(spec, reading);
    default:
      return assertNever(spec);
  }
}
