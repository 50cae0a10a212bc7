import { assertNever } from '../../core/problem.js';
import type { DataSpec } from '../../core/spec.js';
import type { Dataset } from './dataset.js';
import { loadMnist } from './mnist.js';

/**
 * The data set of a spec, in memory, split and limited as it says.
 * @throws ProblemError where its files are missing or damaged
 */
export async function loadDataset(spec: DataSpec): Promise<Dataset> {
  switch (spec.dataset) {
    case 'mnist':
      return loadMnist(spec);
    case 'fashion-mnist':
    case 'cifar10':
    case 'cifar100':
    case 'idx':
    case 'images':
      throw new Error(`not built yet: ${spec.dataset}`);
    default:
      return assertNever(spec);
  }
}
