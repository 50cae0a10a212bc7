import type { DataSpec } from '../../core/spec.js';
import type { Dataset } from './dataset.js';
import { loadMnist } from './mnist.js';

const loaders: Readonly<Record<DataSpec['dataset'], (spec: DataSpec) => Promise<Dataset>>> = {
  mnist: loadMnist,
};

/**
 * The data set of a spec, in memory, split and limited as it says.
 * @throws ProblemError where its files are missing or damaged
 */
export function loadDataset(spec: DataSpec): Promise<Dataset> {
  return loaders[spec.dataset](spec);
}
