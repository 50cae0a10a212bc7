import { dataWords } from '../../core/datasets/datasets.js';
import type { Problem } from '../../core/problem.js';
import type { DataSpec } from '../../core/spec/spec.js';
import { count } from '../../core/words.js';
import type { DatasetShape, Reading } from '../data/dataset.js';
import { lookAtDataset } from '../data/datasets.js';
import type { Findings, FoundAt } from './findings.js';

/**
 * Reads a data set as a run does, and says what is wrong with it; of MNIST, which is our own, only that it is there.
 * @param whole whether folders of pictures are decoded, which may take minutes
 * @returns null where no run could go on, or where that is not known
 */
export async function checkData(
  data: DataSpec,
  { reading, findings, whole }: { reading: Reading; findings: Findings; whole: boolean },
): Promise<DatasetShape | null> {
  const at: FoundAt = { spec: null, path: placeOfData(data) };
  const shape = await findings.of(at, () => lookAtDataset(data, { reading, whole }));
  if (shape === null) return null;
  for (const warning of limitWarnings(data, shape)) findings.warn(at, warning);
  findings.looked(shapeWords(data, shape));
  return shape;
}

/** The setting that is shown for what is wrong with the data set as a whole. */
export function placeOfData(data: DataSpec): string[] {
  return ['data', 'folder' in data && data.folder !== undefined ? 'folder' : 'dataset'];
}

/** Limits that leave out nothing: all examples are used, which may not be what was meant. */
function limitWarnings({ limit }: DataSpec, { examples }: DatasetShape): Problem[] {
  return (['train', 'test'] as const).flatMap((split) => {
    const most = limit[split];
    if (most === undefined || most <= examples[split]) return [];
    return [
      {
        code: 'limit-too-large',
        message: `There are ${count(examples[split])} examples, and \`limit.${split}\` says ${count(most)}: all are used.`,
        fix: 'Leave it out to use all of them.',
        place: { path: `data.limit.${split}` },
      },
    ];
  });
}

/** `mnist: 60,000 pictures to train on, 10,000 to test, 28×28, one channel, 10 classes` */
function shapeWords(data: DataSpec, { picture, examples }: DatasetShape): string {
  const { height, width, channels, classes } = picture;
  const held = examples.validation === 0 ? '' : `, ${count(examples.validation)} to validate`;
  const pictures = `${count(examples.train)} pictures to train on${held}, ${count(examples.test)} to test`;
  const channelWords = channels === 1 ? 'one channel' : `${channels} channels`;
  return `${dataWords(data)}: ${pictures}, ${height}×${width}, ${channelWords}, ${count(classes)} classes`;
}
