import { sourceOf } from '../../core/datasets/datasets.js';
import { assertNever } from '../../core/problem.js';
import type { DataSpec } from '../../core/spec/spec.js';
import { loadCifar } from './cifar.js';
import type { Dataset, DatasetShape, Reading } from './dataset.js';
import { loadIdx } from './idxSet.js';
import { loadImageFolder } from './imageFolder.js';
import { loadMnist, lookAtMnist } from './mnist.js';

/**
 * The data set of a spec, in memory, split and limited as it says. Its paths are absolute.
 * @throws ProblemError where its files are missing or damaged, or do not fit into memory
 */
export async function loadDataset(spec: DataSpec, reading: Reading): Promise<Dataset> {
  const source = sourceOf(spec);
  switch (source.kind) {
    case 'mnist':
      return loadMnist(spec);
    case 'idx':
      return loadIdx(source, spec);
    case 'cifar':
      return loadCifar(source, { spec, reading });
    case 'images':
      return loadImageFolder(source.spec, reading);
    default:
      return assertNever(source);
  }
}

/**
 * What {@link loadDataset} would give, without its pictures where the format lets it be known without them.
 * @param whole whether pictures are decoded where they have to be, which may take minutes
 * @returns null where it is not known without that
 * @throws ProblemError as {@link loadDataset}
 */
export async function lookAtDataset(
  spec: DataSpec,
  { reading, whole }: { reading: Reading; whole: boolean },
): Promise<DatasetShape | null> {
  switch (sourceOf(spec).kind) {
    case 'mnist':
      // It is our own: that it is there is enough.
      return lookAtMnist(spec);
    case 'images':
      // Whoever locates it lists the folder; the size of its pictures is known when they are decoded.
      return whole ? shapeOf(await loadDataset(spec, reading)) : null;
    case 'idx':
    case 'cifar':
      return shapeOf(await loadDataset(spec, reading));
  }
}

const shapeOf = ({ height, width, channels, classes, train, validation, test }: Dataset): DatasetShape => ({
  picture: { height, width, channels, classes: classes.length },
  classes,
  test: { labels: test.labels },
  examples: { train: train.labels.length, validation: validation.labels.length, test: test.labels.length },
});
