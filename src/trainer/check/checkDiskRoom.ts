import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { keptEpochs, mostKept, type KeepSpec } from '../../core/spec/parts/keepSpec.js';
import type { RunSpec } from '../../core/spec/spec.js';
import { bytes as words, counted } from '../../core/words.js';
import { errorCode } from '../../node/fileProblem.js';
import type { DatasetShape } from '../data/dataset.js';
import { createModel } from '../models/create.js';
import type { ParameterSpec } from '../models/model.js';
import { createOptimizer } from '../training/optimizer.js';
import type { Findings } from './findings.js';

/**
 * Warns where checkpoints and logits of all runs are more than the disk has room for. It is no problem yet: room may be
 * made while they run.
 * @param shapeOf the data of a spec; null where it is not known
 */
export async function checkDiskRoom(
  specs: readonly RunSpec[],
  {
    runsDir,
    keep,
    shapeOf,
    findings,
  }: { runsDir: string; keep: KeepSpec; shapeOf: (spec: RunSpec) => DatasetShape | null; findings: Findings },
): Promise<void> {
  const sizes = specs.map((spec) => {
    const shape = shapeOf(spec);
    return shape === null ? { checkpoint: 0, logits: 0 } : sizesOf(spec, shape, keep);
  });
  // A checkpoint is written beside the one that it takes the place of, and that beside the one before it.
  const largest = sizes.reduce((most, { checkpoint }) => Math.max(most, checkpoint), 0);
  const needed = sizes.reduce((sum, { checkpoint, logits }) => sum + checkpoint + logits, 2 * largest);
  const free = await freeAt(runsDir);
  if (needed <= free) return;
  findings.warn(
    { spec: null, path: [] },
    {
      code: 'disk-small',
      message: `Checkpoints and logits of ${counted(specs.length, 'run')} take about ${words(needed)}, and ${words(free)} are free where the runs are.`,
      fix: 'Free some space, or choose another runs folder.',
    },
  );
}

/** Bytes of the files that a run keeps, at most: as if all of its logits stayed in full precision. */
function sizesOf(
  { model, trainable, train: { epochs, optimizer } }: RunSpec,
  { picture, examples }: DatasetShape,
  keep: KeepSpec,
): { checkpoint: number; logits: number } {
  const evaluated = (examples.validation + examples.test) * (picture.classes + 1);
  const bytesPerEpoch = Float32Array.BYTES_PER_ELEMENT * evaluated;
  const last = trainable === 'none' ? 1 : epochs;
  const most = mostKept(keep.logits, { bytesPerEpoch });
  // Which epoch will be the best nobody knows: it is one more than the even ones.
  const kept = keptEpochs({ last, best: null, most: examples.validation > 0 && last > most ? most - 1 : most });
  const best = examples.validation > 0 && kept.length < last ? 1 : 0;
  const logits = bytesPerEpoch * (kept.length + best);
  // The head on an ONNX file is small, and only the file tells how small.
  if (trainable === 'none' || model.kind === 'onnx') return { checkpoint: 0, logits };
  try {
    const { parameters, head } = createModel(model, picture);
    const trained = trainable === 'all' ? parameters : parameters.filter(({ name }) => head.includes(name));
    const slots = createOptimizer(optimizer, { maxNorm: null }).slots(trained);
    return { checkpoint: Float32Array.BYTES_PER_ELEMENT * (sizeOf(trained) + sizeOf(slots)), logits };
  } catch {
    // What keeps the network from being built was told before.
    return { checkpoint: 0, logits };
  }
}

const sizeOf = (tensors: readonly Pick<ParameterSpec, 'shape'>[]): number =>
  tensors.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);

/** Bytes that are free where a folder is, or is to be made. */
async function freeAt(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    const above = dirname(folder);
    // Whoever makes the runs folder says what keeps it from being made.
    if (!['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '') || above === folder) return Infinity;
    return freeAt(above);
  }
}
